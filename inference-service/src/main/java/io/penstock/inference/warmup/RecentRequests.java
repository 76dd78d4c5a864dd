package io.penstock.inference.warmup;

import com.google.protobuf.ByteString;
import io.penstock.inference.lane.Engine;
import io.penstock.inference.tensor.Inputs;
import io.penstock.inference.tensor.Tensor;
import io.penstock.inference.tensor.TensorData.Packed;
import io.penstock.inference.tensor.TensorData.Texts;
import io.penstock.kit.service.Ticker;
import jakarta.inject.Singleton;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A few recent requests of every model, in memory and nowhere else, for as long as a version of
/// the model is open.
@Singleton
public final class RecentRequests {

  // A request that takes more of the budget than this is no sample worth its place.
  private static final int LARGEST_SHARE = 16;

  private record Kept(List<Tensor> tensors, long bytes) {}

  private static final class OfModel {
    private final ArrayDeque<Kept> kept = new ArrayDeque<>();
    private int versions;
  }

  private final WarmUpConfig config;
  private final Ticker ticker;
  private final Map<String, OfModel> models = new HashMap<>();
  private long bytes;

  public RecentRequests(WarmUpConfig config, Ticker ticker) {
    this.config = config;
    this.ticker = ticker;
  }

  /// Has requests on their way to a lane sampled; the lane then belongs to what is returned.
  public Engine before(String model, Engine lane) {
    if (config.requests() == 0) {
      return lane;
    }
    opened(model);
    return new SamplingEngine(this, model, lane, ticker, config.every().toNanos());
  }

  private synchronized void opened(String model) {
    models.computeIfAbsent(model, _ -> new OfModel()).versions++;
  }

  synchronized void closed(String model) {
    var of = models.get(model);
    if (of != null && --of.versions == 0) {
      of.kept.forEach(kept -> bytes -= kept.bytes());
      models.remove(model);
    }
  }

  synchronized void keep(String model, Inputs inputs) {
    var of = models.get(model);
    if (of == null || inputs.bytes() > config.bytes() / LARGEST_SHARE) {
      return;
    }
    if (of.kept.size() >= config.requests()) {
      bytes -= of.kept.remove().bytes();
    }
    if (bytes + inputs.bytes() <= config.bytes()) {
      of.kept.add(
          new Kept(inputs.tensors().stream().map(RecentRequests::copy).toList(), inputs.bytes()));
      bytes += inputs.bytes();
    }
  }

  // A tensor may look into the memory of a whole message.
  private static Tensor copy(Tensor tensor) {
    return switch (tensor.data()) {
      case Packed(var values) ->
          Tensor.packed(
              tensor.name(),
              tensor.type(),
              tensor.shape(),
              ByteString.copyFrom(values.asReadOnlyByteBuffer()));
      case Texts(var values) ->
          Tensor.texts(
              tensor.name(),
              tensor.shape(),
              values.stream().map(v -> ByteString.copyFrom(v.asReadOnlyByteBuffer())).toList());
    };
  }

  /// What a model was sent lately.
  synchronized List<List<Tensor>> of(String model) {
    var of = models.get(model);
    return of == null ? List.of() : of.kept.stream().map(Kept::tensors).toList();
  }
}
