package io.penstock.registry.benchmark;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.RegistryFailure.AlreadyExists;
import io.penstock.registry.RegistryFailure.Kind;
import io.penstock.registry.RegistryFailure.NotFound;
import io.penstock.registry.artifact.ArtifactDigest;
import io.penstock.registry.artifact.Artifacts;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/// The suites of models. What a suite says of its data is checked against the data before it is
/// stored.
@Singleton
final class Suites {

  private final Jdbi jdbi;
  private final Changes changes;
  private final Artifacts artifacts;

  Suites(Jdbi jdbi, Changes changes, Artifacts artifacts) {
    this.jdbi = jdbi;
    this.changes = changes;
    this.artifacts = artifacts;
  }

  Suite create(Suite wanted) {
    var suite = wanted.completed(1, check(wanted));
    return changes.commit(
        change -> {
          requireModel(change.handle(), suite.name().model());
          keepData(change.handle(), suite);
          if (!SuiteRepository.insert(change.handle(), suite, firstRun(suite, change))) {
            throw new AlreadyExists(Kind.BENCHMARK_SUITE, suite.name().toString()).exception();
          }
          audit(change, suite);
          return suite;
        });
  }

  Suite update(Suite wanted) {
    var found = check(wanted);
    return changes.commit(
        change -> {
          var before = requireAndLock(change.handle(), wanted.name());
          var suite = wanted.completed(before.revision() + 1, found);
          keepData(change.handle(), suite);
          SuiteRepository.update(change.handle(), suite, firstRun(suite, change));
          audit(change, suite);
          return suite;
        });
  }

  void delete(SuiteName name) {
    changes.run(
        change -> {
          var suite = requireAndLock(change.handle(), name);
          SuiteRepository.delete(change.handle(), name);
          change.audit(name.toString(), Map.of("revision", String.valueOf(suite.revision())));
        });
  }

  Suite get(SuiteName name) {
    return jdbi.withHandle(handle -> SuiteRepository.find(handle, name))
        .orElseThrow(() -> missing(name));
  }

  Page<Suite> list(String model, PageRequest page) {
    return jdbi.withHandle(
        handle -> {
          requireModel(handle, model);
          return SuiteRepository.page(handle, model, page);
        });
  }

  /// The labelled rows of a suite, as they were when the suite was made, or none.
  LabelledData data(Suite suite) {
    var data = suite.data();
    requireSmall(data, artifacts.get(data).sizeBytes());
    return LabelledData.read(data, artifacts.bytes(data), suite.label());
  }

  private static void requireSmall(ArtifactDigest data, long bytes) {
    if (bytes > LabelledData.MOST_BYTES) {
      throw LabelledData.unfit(
          data, "it has %d bytes, expected at most %d".formatted(bytes, LabelledData.MOST_BYTES));
    }
  }

  private LabelledData check(Suite wanted) {
    var data = data(wanted);
    var problems = new InvalidArguments();
    for (var column : wanted.columns()) {
      problems.addIf(!data.has(column), "suite.columns", "'%s' is no column".formatted(column));
    }
    problems.throwIfAny();
    boolean classes = wanted.metrics().stream().anyMatch(it -> it.measure().needsClasses());
    if (classes && !data.hasClasses()) {
      throw LabelledData.unfit(
          wanted.data(), "its metrics need the labels 0 and 1, both of them and no others");
    }
    return data;
  }

  private static void keepData(Handle handle, Suite suite) {
    if (!SuiteRepository.keep(handle, suite.data())) {
      throw new NotFound(Kind.ARTIFACT, suite.data().name()).exception();
    }
  }

  private static @Nullable Instant firstRun(Suite suite, Change change) {
    return suite.interval().isPresent() ? change.time() : null;
  }

  private static void audit(Change change, Suite suite) {
    change.audit(
        suite.name().toString(),
        Map.of("revision", String.valueOf(suite.revision()), "data", suite.data().name()));
  }

  private static void requireModel(Handle handle, String model) {
    if (!SuiteRepository.hasModel(handle, model)) {
      throw new NotFound(Kind.MODEL, "models/" + model).exception();
    }
  }

  static Suite requireAndLock(Handle handle, SuiteName name) {
    return SuiteRepository.findAndLock(handle, name).orElseThrow(() -> missing(name));
  }

  private static RuntimeException missing(SuiteName name) {
    return new NotFound(Kind.BENCHMARK_SUITE, name.toString()).exception();
  }
}
