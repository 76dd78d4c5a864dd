package io.penstock.registry.experiment;

import static java.util.stream.Collectors.toSet;

import io.penstock.kit.outbox.CombinedWork;
import io.penstock.registry.Lifecycle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/// Creates the runs that concurrent calls ask for: one statement for the runs, one for their tags.
final class CreateWork implements CombinedWork<Run, CreateOutcome> {

  @Override
  public List<CreateOutcome> apply(Handle handle, List<Part<Run>> parts, Attempt attempt) {
    var experiments = hold(handle, parts);
    var outcomes = parts.stream().map(part -> decide(part.request(), experiments)).toList();
    var created = new ArrayList<Run>();
    for (int i = 0; i < parts.size(); i++) {
      if (outcomes.get(i) instanceof CreateOutcome.Created(var run)) {
        created.add(run);
        var name = run.name().toString();
        parts.get(i).change().audit(name, Map.of("display_name", run.displayName()));
      }
    }
    if (!created.isEmpty()) {
      write(handle, created);
    }
    return outcomes;
  }

  // Held, so that nobody deletes one while it gets a run.
  private static Map<String, ExperimentRepository.Place> hold(
      Handle handle, List<Part<Run>> parts) {
    var ids = parts.stream().map(part -> part.request().name().experiment()).collect(toSet());
    return ExperimentRepository.hold(handle, ids);
  }

  private static CreateOutcome decide(
      Run run, Map<String, ExperimentRepository.Place> experiments) {
    var experiment = experiments.get(run.name().experiment());
    if (experiment == null) {
      return new CreateOutcome.NoExperiment();
    }
    if (experiment.lifecycle() != Lifecycle.ACTIVE) {
      return new CreateOutcome.NotActive(experiment.lifecycle());
    }
    var uri = DefaultLocations.ofRun(experiment.artifactLocation(), run.name().run());
    return new CreateOutcome.Created(run.storedAt(uri));
  }

  private static void write(Handle handle, List<Run> runs) {
    var ids = RunRepository.insert(handle, runs);
    var tags = new TreeMap<RunKey, String>();
    for (var run : runs) {
      long id = ids.getOrDefault(run.name().run(), 0L);
      run.tags().forEach((key, value) -> tags.put(new RunKey(id, key), value));
    }
    RunEntryRepository.addTags(handle, tags);
  }
}
