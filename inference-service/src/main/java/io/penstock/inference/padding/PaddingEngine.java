package io.penstock.inference.padding;

import io.penstock.inference.InferenceFailure;
import io.penstock.inference.lane.Engine;
import io.penstock.inference.lane.EngineLayer;
import io.penstock.inference.lane.Execution;
import io.penstock.inference.lane.Job;
import io.penstock.inference.lane.JobEnds;
import io.penstock.inference.tensor.Inputs;
import io.penstock.inference.tensor.ModelInterface;
import io.penstock.inference.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Before the lane of a model of texts: pads what comes to one of a few lengths, so that it batches
/// with others, and cuts the answers back.
public final class PaddingEngine extends EngineLayer {

  private final LengthPadding padding;
  private final Engine lane;
  private final Map<Job, Padded> padded = new ConcurrentHashMap<>();

  private PaddingEngine(LengthPadding padding, Engine lane) {
    super(lane);
    this.padding = padding;
    this.lane = lane;
  }

  /// Says what is wrong with padding this model, by an [IllegalArgumentException].
  public static void check(ModelInterface model, List<Integer> buckets) {
    LengthPadding.of(model, buckets);
  }

  /// Puts padding before a lane, which then belongs to what is returned.
  public static Engine around(ModelInterface model, List<Integer> buckets, Engine lane) {
    return new PaddingEngine(LengthPadding.of(model, buckets), lane);
  }

  @Override
  public void submit(Job job) {
    var length = padding.length(job.inputs());
    long bucket = padding.bucket(length.orElse(0));
    if (length.isEmpty() || bucket == length.getAsLong()) {
      lane.submit(job);
      return;
    }
    var longer = new Padded(job, padding.pad(job.inputs(), bucket), length.getAsLong(), bucket);
    padded.put(job, longer);
    try {
      lane.submit(longer);
    } catch (RuntimeException e) {
      padded.remove(job);
      throw e;
    }
  }

  private final class Padded extends Job {

    private final Job request;
    private final long length;
    private final long bucket;

    Padded(Job request, Inputs inputs, long length, long bucket) {
      super(inputs, request.terms());
      this.request = request;
      this.length = length;
      this.bucket = bucket;
    }

    @Override
    protected void answered(List<Tensor> outputs, Execution execution) {
      padded.remove(request);
      JobEnds.answered(request, padding.cut(outputs, length, bucket), execution);
    }

    @Override
    protected void failed(InferenceFailure failure) {
      padded.remove(request);
      JobEnds.failed(request, failure);
    }
  }

  @Override
  public void cancel(Job job) {
    var longer = padded.get(job);
    lane.cancel(longer == null ? job : longer);
  }
}
