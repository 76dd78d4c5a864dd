package io.penstock.registry.experiment;

import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.registry.Lifecycle;
import io.penstock.registry.RegistryFailure.Kind;
import io.penstock.registry.RegistryFailure.NotFound;
import io.penstock.registry.lineage.RunLinkRepository;
import io.penstock.registry.lineage.RunLinks;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/// Begins runs anew from the record of another: with its parameters, tags and data, and without
/// what came of it. Executing the code is the client's; the tags say which it was.
@Singleton
public final class Reruns {

  /// Names the run that was the pattern.
  private static final String RERUN_OF = "penstock.rerun_of";

  private final Changes changes;
  private final RunReader reader;

  Reruns(Changes changes, RunReader reader) {
    this.changes = changes;
    this.reader = reader;
  }

  /// @param displayName empty for one that says what it is
  public Run rerun(RunName name, String displayName, String caller) {
    return changes.commit(
        change -> {
          var pattern = pattern(change.handle(), name);
          var copy = copy(pattern, displayName, caller, change.time().toEpochMilli());
          var run =
              copy.storedAt(
                  DefaultLocations.ofRun(place(change.handle(), name), copy.name().run()));
          write(change, run);
          return run;
        });
  }

  private Run pattern(Handle handle, RunName name) {
    var row =
        RunRepository.find(handle, name)
            .filter(it -> it.lifecycle() == Lifecycle.ACTIVE)
            .orElseThrow(() -> new NotFound(Kind.RUN, name.toString()).exception());
    return reader.whole(handle, List.of(row)).getFirst();
  }

  // Held, so that nobody deletes the experiment while it gets a run.
  private static String place(Handle handle, RunName name) {
    var place = ExperimentRepository.hold(handle, Set.of(name.experiment())).get(name.experiment());
    if (place == null || place.lifecycle() != Lifecycle.ACTIVE) {
      throw new NotFound(Kind.EXPERIMENT, Experiment.resource(name.experiment())).exception();
    }
    return place.artifactLocation();
  }

  private static Run copy(Run pattern, String displayName, String caller, long nowMs) {
    var title = displayName.isEmpty() ? "rerun of " + nameOf(pattern) : displayName;
    var tags = new HashMap<>(pattern.tags());
    tags.computeIfPresent(LogPlan.RUN_NAME, (_, _) -> title);
    tags.put(RERUN_OF, pattern.name().toString());
    var links = pattern.links();
    return new Run(
        new RunName(pattern.name().experiment(), UUID.randomUUID().toString().replace("-", "")),
        title,
        RunStatus.RUNNING,
        Lifecycle.ACTIVE,
        pattern.params(),
        List.of(),
        tags,
        pattern.inputs(),
        new RunLinks(links.datasets(), links.modelInputs(), List.of()),
        pattern.artifactUri(),
        nowMs,
        null,
        caller,
        caller);
  }

  private static String nameOf(Run run) {
    return run.displayName().isEmpty() ? run.name().run() : run.displayName();
  }

  private static void write(Change change, Run run) {
    var handle = change.handle();
    long id =
        RunRepository.insert(handle, List.of(run)).values().stream().findFirst().orElseThrow();
    RunEntryRepository.addParams(handle, keyed(id, run.params()));
    RunEntryRepository.addTags(handle, keyed(id, run.tags()));
    RunEntryRepository.addInputs(handle, id, run.inputs());
    RunLinkRepository.add(handle, id, run.name().experiment(), run.links());
    change.audit(run.name().toString(), Map.of("rerun_of", run.tags().getOrDefault(RERUN_OF, "")));
  }

  private static SortedMap<RunKey, String> keyed(long run, Map<String, String> entries) {
    var keyed = new TreeMap<RunKey, String>();
    entries.forEach((key, value) -> keyed.put(new RunKey(run, key), value));
    return keyed;
  }
}
