package io.penstock.inference.warmup;

import io.penstock.inference.InferenceFailure;
import io.penstock.inference.lane.Engine;
import io.penstock.inference.lane.Execution;
import io.penstock.inference.lane.Job;
import io.penstock.inference.lane.Terms;
import io.penstock.inference.lane.Terms.SequenceStep;
import io.penstock.inference.serving.ServedVersion;
import io.penstock.inference.tensor.Inputs;
import io.penstock.inference.tensor.Tensor;
import io.penstock.kit.service.Ticker;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs requests through a version that is open and takes no traffic yet, on the way that callers'
/// requests will take: kernels, memory and the scheduler's idea of its times are warm afterwards.
@Singleton
public final class WarmUps {

  private static final Logger log = LoggerFactory.getLogger(WarmUps.class);

  // Numbers, because a model may want them as such.
  private static final String SEQUENCE = Long.toString(Long.MAX_VALUE);

  private static final Terms.Occasion OCCASION = new Terms.Occasion() {};

  private final WarmUpConfig config;
  private final RecentRequests recent;
  private final Ticker ticker;

  public WarmUps(WarmUpConfig config, RecentRequests recent, Ticker ticker) {
    this.config = config;
    this.recent = recent;
    this.ticker = ticker;
  }

  static boolean isWarmUp(Job job) {
    return job.terms().occasion() == OCCASION;
  }

  /// Warms a version. Throws [IllegalArgumentException] where it does not answer what its own
  /// configuration asks of it; what others were sent lately need not suit it.
  public void run(ServedVersion version) {
    var shape = version.model();
    for (var warmUp : version.config().warmUps()) {
      for (int i = 0; i < warmUp.count(); i++) {
        ask(version, shape.accept(MadeUpTensors.of(warmUp, shape)))
            .ifPresent(
                failure -> {
                  throw new IllegalArgumentException(
                      "the warm-up '%s' failed: %s".formatted(warmUp.name(), failure));
                });
      }
    }
    replay(version);
  }

  private void replay(ServedVersion version) {
    var requests = recent.of(version.name().model());
    int answered = 0;
    for (var tensors : requests) {
      answered += isAnswered(version, tensors) ? 1 : 0;
    }
    if (!requests.isEmpty()) {
      log.info("{} answered {} of {} recent requests", version.name(), answered, requests.size());
    }
  }

  private boolean isAnswered(ServedVersion version, List<Tensor> tensors) {
    try {
      var named = tensors.stream().collect(Collectors.toMap(Tensor::name, Function.identity()));
      return ask(version, version.model().accept(Map.copyOf(named))).isEmpty();
    } catch (RuntimeException doesNotSuit) {
      return false;
    }
  }

  /// The failure that came instead of an answer, if one did.
  private Optional<String> ask(ServedVersion version, Inputs inputs) {
    Engine engine = version.engine();
    var asked = new Asked(inputs, terms(version));
    try {
      engine.submit(asked);
      return asked.end.get(config.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      engine.cancel(asked);
      return Optional.of("it did not end within " + config.timeout());
    } catch (ExecutionException e) {
      return Optional.of(String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Terms terms(ServedVersion version) {
    Optional<SequenceStep> sequence =
        version.config().sequence().map(_ -> new SequenceStep(SEQUENCE, true, true));
    long deadline = ticker.nanos() + config.timeout().toNanos();
    return new Terms(deadline, 0, false, sequence, OCCASION);
  }

  private static final class Asked extends Job {

    private final CompletableFuture<Optional<String>> end = new CompletableFuture<>();

    Asked(Inputs inputs, Terms terms) {
      super(inputs, terms);
    }

    @Override
    protected void answered(List<Tensor> outputs, Execution execution) {
      end.complete(Optional.empty());
    }

    @Override
    protected void failed(InferenceFailure failure) {
      end.complete(Optional.of(failure.toString()));
    }
  }
}
