package io.penstock.registry.lineage;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;

import io.penstock.registry.Tags;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The tables of what runs read and made. Each write is one statement a table; the links of any
/// number of runs are read by two.
public final class RunLinkRepository {

  private static final int MOST_SUMMARIES = 1_000;

  private record Noted(long run, NotedInput input) {}

  private record ModelLink(long run, String model, @Nullable Long step) {}

  private RunLinkRepository() {}

  /// Notes what a run read and made; what is noted already is not noted again.
  ///
  /// @param run the number of the run's row
  public static void add(Handle handle, long run, String experiment, RunLinks links) {
    if (!links.datasets().isEmpty()) {
      addDatasets(handle, run, experiment, links.datasets());
    }
    if (!links.modelInputs().isEmpty()) {
      addModelInputs(handle, run, links.modelInputs());
    }
    if (!links.modelOutputs().isEmpty()) {
      addModelOutputs(handle, run, links.modelOutputs());
    }
  }

  // Data that is known in the experiment keeps its first description, and an input that is known to
  // the run keeps its tags.
  private static void addDatasets(
      Handle handle, long run, String experiment, Collection<NotedInput> inputs) {
    var wanted =
        List.copyOf(
            inputs.stream()
                .collect(toMap(NotedInput::key, Function.identity(), (first, _) -> first))
                .values());
    insertDatasets(handle, experiment, wanted);
    insertInputs(handle, run, experiment, wanted);
  }

  // In the order of the key: two calls that note the same data wait for each other.
  private static void insertDatasets(Handle handle, String experiment, List<NotedInput> inputs) {
    handle
        .createUpdate(
            """
            insert into noted_dataset
              (experiment, name, digest, source_type, source, schema, profile)
            select :experiment, *
            from unnest(:names, :digests, :types, :sources, :schemas, :profiles)
              as dataset (name, digest, source_type, source, schema, profile)
            order by 2, 3
            on conflict do nothing""")
        .bind("experiment", experiment)
        .bindArray("names", String.class, each(inputs, it -> it.dataset().name()))
        .bindArray("digests", String.class, each(inputs, it -> it.dataset().digest()))
        .bindArray("types", String.class, each(inputs, it -> it.dataset().sourceType()))
        .bindArray("sources", String.class, each(inputs, it -> it.dataset().source()))
        .bindArray("schemas", String.class, each(inputs, it -> it.dataset().schema().orElse(null)))
        .bindArray(
            "profiles", String.class, each(inputs, it -> it.dataset().profile().orElse(null)))
        .execute();
  }

  private static void insertInputs(
      Handle handle, long run, String experiment, List<NotedInput> inputs) {
    handle
        .createUpdate(
            """
            insert into run_noted_dataset (run, dataset, context, tags)
            select :run, dataset.id, input.context, cast(input.tags as jsonb)
            from unnest(:names, :digests, :contexts, :tags)
              as input (name, digest, context, tags)
            join noted_dataset dataset
              on dataset.experiment = :experiment and dataset.name = input.name
              and dataset.digest = input.digest
            order by 2
            on conflict do nothing""")
        .bind("run", run)
        .bind("experiment", experiment)
        .bindArray("names", String.class, each(inputs, it -> it.dataset().name()))
        .bindArray("digests", String.class, each(inputs, it -> it.dataset().digest()))
        .bindArray("contexts", String.class, each(inputs, it -> it.context().orElse(null)))
        .bindArray("tags", String.class, each(inputs, it -> Tags.toJson(it.tags())))
        .execute();
  }

  private static Object[] each(
      List<NotedInput> inputs, Function<NotedInput, @Nullable String> part) {
    return inputs.stream().map(part).toArray();
  }

  private static void addModelInputs(Handle handle, long run, Collection<String> models) {
    handle
        .createUpdate(
            """
            insert into run_model_input (run, model)
            select distinct :run, model from unnest(:models) as input (model) order by 2
            on conflict do nothing""")
        .bind("run", run)
        .bindArray("models", String.class, models)
        .execute();
  }

  private static void addModelOutputs(Handle handle, long run, Collection<ModelOutput> outputs) {
    handle
        .createUpdate(
            """
            insert into run_model_output (run, model, step)
            select distinct :run, model, step from unnest(:models, :steps) as output (model, step)
            order by 2, 3
            on conflict do nothing""")
        .bind("run", run)
        .bindArray("models", String.class, outputs.stream().map(ModelOutput::model).toList())
        .bindArray("steps", Long.class, outputs.stream().map(ModelOutput::step).toList())
        .execute();
  }

  /// The links of runs, by the numbers of their rows; a run without any is left out.
  public static Map<Long, RunLinks> links(Handle handle, Collection<Long> runs) {
    var datasets = datasets(handle, runs);
    var models = models(handle, runs);
    return union(datasets.keySet(), models.keySet()).stream()
        .collect(
            toMap(
                Function.identity(),
                run ->
                    links(
                        datasets.getOrDefault(run, List.of()),
                        models.getOrDefault(run, List.of()))));
  }

  private static Set<Long> union(Set<Long> some, Set<Long> others) {
    var all = new HashSet<>(some);
    all.addAll(others);
    return all;
  }

  private static RunLinks links(List<NotedInput> datasets, List<ModelLink> models) {
    return new RunLinks(
        datasets,
        models.stream().filter(link -> link.step() == null).map(ModelLink::model).toList(),
        models.stream().flatMap(link -> output(link).stream()).toList());
  }

  private static Optional<ModelOutput> output(ModelLink link) {
    return Optional.ofNullable(link.step()).map(step -> new ModelOutput(link.model(), step));
  }

  private static Map<Long, List<NotedInput>> datasets(Handle handle, Collection<Long> runs) {
    return handle
        .createQuery(
            """
            select input.run, input.tags, dataset.*
            from run_noted_dataset input join noted_dataset dataset on dataset.id = input.dataset
            where input.run = any(:runs) order by input.run, dataset.id""")
        .bindArray("runs", Long.class, runs)
        .map((row, _) -> new Noted(row.getLong("run"), input(row)))
        .collect(groupingBy(Noted::run, mapping(Noted::input, toList())));
  }

  private static NotedInput input(ResultSet row) throws SQLException {
    var dataset =
        new NotedDataset(
            row.getString("name"),
            row.getString("digest"),
            row.getString("source_type"),
            row.getString("source"),
            Optional.ofNullable(row.getString("schema")),
            Optional.ofNullable(row.getString("profile")));
    return new NotedInput(dataset, Tags.fromJson(row.getString("tags")));
  }

  private static Map<Long, List<ModelLink>> models(Handle handle, Collection<Long> runs) {
    return handle
        .createQuery(
            """
            select run, model, null::bigint as step from run_model_input where run = any(:runs)
            union all
            select run, model, step from run_model_output where run = any(:runs)
            order by 1, 3, 2""")
        .bindArray("runs", Long.class, runs)
        .map(
            (row, _) ->
                new ModelLink(row.getLong(1), row.getString(2), row.getObject(3, Long.class)))
        .collect(groupingBy(ModelLink::run));
  }

  /// The data of experiments, at most a thousand.
  public static List<DatasetSummary> summaries(Handle handle, Collection<String> experiments) {
    return handle
        .createQuery(
            """
            select distinct dataset.experiment, dataset.name, dataset.digest, input.context
            from noted_dataset dataset join run_noted_dataset input on input.dataset = dataset.id
            where dataset.experiment = any(:experiments)
            order by 1, 2, 3, 4 limit :most""")
        .bindArray("experiments", String.class, experiments)
        .bind("most", MOST_SUMMARIES)
        .map(
            (row, _) ->
                new DatasetSummary(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    Optional.ofNullable(row.getString(4))))
        .list();
  }
}
