package io.penstock.registry.benchmark;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.RegistryFailure.BenchmarkClaimLost;
import io.penstock.registry.RegistryFailure.BenchmarkRunEnded;
import io.penstock.registry.RegistryFailure.Kind;
import io.penstock.registry.RegistryFailure.NotFound;
import io.penstock.registry.Sha256;
import io.penstock.registry.Times;
import io.penstock.registry.benchmark.Measurement.Ending;
import io.penstock.registry.benchmark.Measurement.State;
import io.penstock.registry.release.Releases;
import io.penstock.registry.version.ModelVersion;
import io.penstock.registry.version.VersionName;
import io.penstock.registry.version.VersionRepository;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/// The runs of suites: asked for by somebody or the schedule, ended by an evaluator.
@Singleton
final class Measurements {

  private static final double[] NONE = {};

  private final Jdbi jdbi;
  private final Changes changes;
  private final Suites suites;
  private final Clock clock;

  Measurements(Jdbi jdbi, Changes changes, Suites suites, Clock clock) {
    this.jdbi = jdbi;
    this.changes = changes;
    this.suites = suites;
    this.clock = clock;
  }

  Measurement ask(SuiteName suite, VersionName version, String caller) {
    return changes.commit(
        change -> {
          var locked = Suites.requireAndLock(change.handle(), suite);
          var measured = VersionRepository.requireAndHold(change.handle(), version);
          var run = ask(change, locked, measured, caller);
          change.audit(
              run.name().toString(),
              Map.of("version", version.toString(), "data", locked.data().name()));
          return run;
        });
  }

  /// The pending run of a version by a locked suite; a new one where there is none.
  static Measurement ask(Change change, Suite suite, ModelVersion version, String caller) {
    var handle = change.handle();
    var inputs = InputColumns.of(version, suite);
    var output = JudgedOutput.of(version, suite);
    var pending = MeasurementRepository.findPending(handle, suite, version.name());
    if (pending.isPresent()) {
      return pending.get();
    }
    var run =
        new Measurement(
            new MeasurementName(suite.name(), SuiteRepository.takeNumber(handle, suite.name())),
            suite,
            version.name(),
            inputs,
            output,
            Times.micros(change.time()),
            caller,
            Optional.empty());
    MeasurementRepository.insert(handle, run);
    return run;
  }

  Measurement get(MeasurementName name) {
    return jdbi.withHandle(handle -> MeasurementRepository.find(handle, name))
        .orElseThrow(() -> new NotFound(Kind.BENCHMARK_RUN, name.toString()).exception());
  }

  Page<Measurement> list(SuiteName suite, PageRequest page) {
    return jdbi.withHandle(handle -> MeasurementRepository.page(handle, suite, page));
  }

  Page<Measurement> pending(PageRequest page) {
    return jdbi.withHandle(handle -> MeasurementRepository.pending(handle, page));
  }

  /// Ends a run with what a version predicts for the rows of the suite's data.
  Measurement succeed(
      MeasurementName name, long token, double[] predictions, String evaluator, String caller) {
    var run = requirePending(name);
    var data = suites.data(run.suite());
    requireFit(run.suite(), data.rows(), predictions);
    var evaluation = new Evaluation(data.labels(), predictions, rival(run));
    var results = evaluation.results(run.suite().metrics());
    var ending = new Ending(results, "", evaluator, Times.now(clock), caller);
    return end(run, token, ending, predictions);
  }

  Measurement fail(
      MeasurementName name, long token, String error, String evaluator, String caller) {
    var ending = new Ending(List.of(), error, evaluator, Times.now(clock), caller);
    return end(requirePending(name), token, ending, NONE);
  }

  private Measurement requirePending(MeasurementName name) {
    var run = get(name);
    if (run.state() != State.PENDING) {
      throw ended(run);
    }
    return run;
  }

  private Measurement end(Measurement run, long token, Ending ending, double[] predictions) {
    return changes.commit(change -> end(change, run.ended(ending), token, predictions));
  }

  private static Measurement end(
      Change change, Measurement ended, long token, double[] predictions) {
    var handle = change.handle();
    if (!MeasurementRepository.end(handle, ended, token, change.time(), predictions)) {
      throw notEnded(change, ended.name());
    }
    change.audit(
        ended.name().toString(),
        Map.of(
            "version",
            ended.version().toString(),
            "state",
            ended.state().name(),
            "data",
            ended.suite().data().name(),
            "predictions_sha256",
            Sha256.hex(MeasurementRepository.bytes(predictions))));
    return ended;
  }

  /// Ends a run that nobody evaluates any more.
  static void fail(Change change, Abandoned abandoned, String caller) {
    var ending = new Ending(List.of(), abandoned.error(), "", Times.micros(change.time()), caller);
    var _ = end(change, abandoned.run().ended(ending), Claim.NONE, NONE);
  }

  private static RuntimeException notEnded(Change change, MeasurementName name) {
    return MeasurementRepository.find(change.handle(), name)
        .filter(run -> run.state() != State.PENDING)
        .map(Measurements::ended)
        .orElseGet(() -> new BenchmarkClaimLost(name.toString()).exception());
  }

  private static RuntimeException ended(Measurement run) {
    return new BenchmarkRunEnded(run.name().toString(), run.state().name()).exception();
  }

  private Rival rival(Measurement run) {
    return jdbi.withHandle(
        handle ->
            Releases.primaryOf(handle, run.version().model())
                .map(ModelVersion::name)
                .filter(primary -> !primary.equals(run.version()))
                .map(
                    primary ->
                        Rival.of(
                            primary,
                            MeasurementRepository.predictions(handle, run.suite(), primary)))
                .orElse(Rival.none()));
  }

  private static void requireFit(Suite suite, int rows, double[] predictions) {
    if (predictions.length != rows) {
      throw InvalidArguments.of(
          "predictions", "are %d, expected %d".formatted(predictions.length, rows));
    }
    boolean probabilities =
        suite.metrics().stream().anyMatch(it -> it.measure().needsProbabilities());
    for (int row = 0; row < rows; row++) {
      double value = predictions[row];
      if (!Double.isFinite(value) || (probabilities && (value < 0 || value > 1))) {
        throw InvalidArguments.of(
            "predictions[%d]".formatted(row),
            "was %s, expected a %s".formatted(value, probabilities ? "probability" : "number"));
      }
    }
  }
}
