package io.penstock.inference.evaluation;

import io.opentelemetry.context.Context;
import io.penstock.inference.evaluation.RegistryRefused.Meaning;
import io.penstock.inference.evaluation.Tenure.Lost;
import io.penstock.inference.evaluation.Tenure.Overdue;
import io.penstock.inference.evaluation.Tenure.Renew;
import io.penstock.inference.evaluation.Tenure.Wait;
import io.penstock.kit.service.Ticker;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sees one run at a time through: holds the claim on it while a thread of its own computes, and
/// tells the registry what came of it.
final class Evaluator {

  private static final Logger log = LoggerFactory.getLogger(Evaluator.class);

  private final BenchmarkClient registry;
  private final Evaluations evaluations;
  private final EvaluationConfig config;
  private final Ticker ticker;
  private boolean stopping;
  private @Nullable Work work;

  Evaluator(
      BenchmarkClient registry, Evaluations evaluations, EvaluationConfig config, Ticker ticker) {
    this.registry = registry;
    this.evaluations = evaluations;
    this.config = config;
    this.ticker = ticker;
  }

  /// Ends the run under way, and takes no other.
  synchronized void stop() {
    stopping = true;
    if (work != null) {
      work.stop();
    }
  }

  /// Takes a run and ends it.
  ///
  /// @return how long to wait for the next
  Duration round() throws InterruptedException {
    var task = registry.claim(config.lease());
    if (task.isEmpty()) {
      return config.pollInterval();
    }
    evaluations.observe(task.get(), evaluation -> evaluate(task.get(), evaluation));
    return Duration.ZERO;
  }

  private Outcome evaluate(Task task, Evaluation evaluation) throws InterruptedException {
    try (var running = begin(evaluation)) {
      return end(task, evaluation, running);
    } catch (RegistryRefused e) {
      return refused(task, e);
    } finally {
      forget();
    }
  }

  private synchronized Work begin(Evaluation evaluation) {
    var begun = Work.start(new FutureTask<>(Context.current().wrap(evaluation)));
    work = begun;
    if (stopping) {
      begun.stop();
    }
    return begun;
  }

  private synchronized void forget() {
    work = null;
  }

  private Outcome end(Task task, Evaluation evaluation, Work running) throws InterruptedException {
    try {
      var predictions = await(task, evaluation, running);
      // The registry computes for longer than a claim usually holds.
      registry.renew(task, BenchmarkClient.TO_COMPLETE);
      registry.complete(task, predictions, evaluations.runtime());
      return Outcome.SUCCEEDED;
    } catch (EvaluationFailed e) {
      log.info("{} fails: {}", task.run(), e.words());
      registry.fail(task, e.words(), evaluations.runtime());
      return Outcome.FAILED;
    } catch (EvaluationHindered e) {
      log.warn("{} is given back: {}", task.run(), e.words(), e);
      registry.release(task, e.words());
      return Outcome.HINDERED;
    } catch (CancellationException e) {
      log.info("{} is given back: this server stops", task.run());
      registry.release(task, "");
      return Outcome.STOPPED;
    }
  }

  private double[] await(Task task, Evaluation evaluation, Work running)
      throws EvaluationFailed, EvaluationHindered, InterruptedException {
    var tenure = Tenure.begin(ticker.nanos(), config.lease(), config.deadline());
    while (true) {
      Duration pause =
          switch (tenure.next(ticker.nanos())) {
            case Wait(var time) -> time;
            case Renew() -> {
              log.info("{}: {} of {} rows", task.run(), evaluation.done(), task.rows());
              long asked = ticker.nanos();
              if (renew(task)) {
                tenure = tenure.renewed(asked);
                yield Duration.ZERO;
              }
              yield tenure.retry();
            }
            case Lost() ->
                throw new EvaluationHindered("the registry was away for " + config.lease(), null);
            case Overdue() -> throw overdue(task, evaluation);
          };
      try {
        return running.await(pause);
      } catch (TimeoutException e) {
        // Goes on.
      }
    }
  }

  /// False where the registry could not be asked.
  private boolean renew(Task task) {
    try {
      registry.renew(task, config.lease());
      return true;
    } catch (RegistryRefused e) {
      if (e.meaning() == Meaning.LOST) {
        throw e;
      }
      log.warn("The claim on {} was not renewed: {}", task.run(), e.words());
      return false;
    }
  }

  private EvaluationFailed overdue(Task task, Evaluation evaluation) {
    return new EvaluationFailed(
        "it took longer than %d s; %d of %d rows were done"
            .formatted(config.deadline().toSeconds(), evaluation.done(), task.rows()));
  }

  // Predictions that the registry does not take are the version's failure. Whatever else it says,
  // or leaves unsaid, the run is not kept from others.
  private Outcome refused(Task task, RegistryRefused refused) {
    log.warn("{} could not be ended: {}", task.run(), refused.words());
    try {
      return switch (refused.meaning()) {
        case LOST -> Outcome.LOST;
        case FINAL -> {
          registry.fail(task, refused.words(), evaluations.runtime());
          yield Outcome.FAILED;
        }
        case PASSING -> {
          registry.release(task, refused.words());
          yield Outcome.HINDERED;
        }
      };
    } catch (RegistryRefused e) {
      log.warn("{} is left to its claim's end: {}", task.run(), e.words());
      return Outcome.LOST;
    }
  }
}
