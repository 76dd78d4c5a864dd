package io.penstock.registry.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.kit.failure.FailureException;
import io.penstock.kit.page.Page;
import io.penstock.registry.search.LoggedModelSearch.Data;
import io.penstock.registry.search.LoggedModelSearch.Sort;
import io.penstock.testkit.PostgresExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Experiments, registered models, versions and logged models.
class TaggedSearchIT {

  @RegisterExtension static final PostgresExtension postgres = PostgresExtension.shared();

  private static final Data ANY = new Data("", "");

  private static Jdbi jdbi;

  @BeforeAll
  static void insert() {
    jdbi = postgres.open("registry").jdbi();
    jdbi.useHandle(
        handle ->
            handle
                .createScript(
                    """
                    insert into experiment (id, name, description, tags, artifact_location, create_ms, update_ms, created_by)
                    select n::text, 'exp' || n, '', jsonb_build_object('parity', n % 2, 'n', n), '', n, 100 - n, 'test'
                    from generate_series(1, 12) as n;
                    update experiment set lifecycle_stage = 'deleted' where id = '12';
                    update experiment set create_ms = 0, update_ms = 0 where id = '0';
                    insert into model (id, name, description, owner, create_time, update_time)
                    select 'm' || n, 'Model ' || n, '', 'test', timestamptz 'epoch' + n * interval '1 s', timestamptz 'epoch' - n * interval '1 s'
                    from generate_series(1, 9) as n;
                    insert into model_tag select 'm' || n, 'parity', n % 2 from generate_series(1, 9) as n;
                    insert into model_tag select 'm' || n, 'third', n % 3 from generate_series(1, 9) as n;
                    insert into model_tag values ('m9', 'mlflow.prompt.is_prompt', 'true');
                    update model_tag set value = 'seven' where model = 'm7' and key = 'third';
                    delete from model_tag where model = 'm5' and key = 'third';
                    update model set delete_time = now() where id = 'm1';
                    insert into model_version (model, number, stage, run, run_id, source, content, baseline_profile, create_time, update_time, created_by)
                    select model, number, 'NONE', '', 'run' || number, 's3://' || model, '', '', timestamptz 'epoch', timestamptz 'epoch' + number * interval '1 s', 'test'
                    from unnest(array['m2', 'm3', 'm9']) as model, generate_series(1, 3) as number;
                    update model_version set delete_time = now() where model = 'm3' and number = 3;
                    insert into model_version_tag values ('m2', 1, 'a', 'x'), ('m3', 2, 'a', 'X');
                    insert into run (experiment, run_id, display_name, status, start_ms, artifact_uri, created_by) values ('1', 'r', '', 'FINISHED', 0, '', 'test');
                    insert into logged_model (id, experiment, name, status, artifact_uri, create_ms, update_ms, created_by)
                    select 'm-' || n, '1', 'logged' || n, 'READY', '', n, n, 'test' from generate_series(1, 4) as n;
                    insert into logged_model_param values ('m-1', 'lr', '0.01'), ('m-2', 'lr', '0.1');
                    insert into logged_model_metric (model, key, run, step, time_ms, value, dataset_name, dataset_digest)
                    select 'm-' || n, 'acc', run.id, step, step, n * step * (case dataset when 'test' then -1 else 1 end), dataset, 'd1'
                    from run, generate_series(1, 3) as n, generate_series(1, 2) as step, unnest(array['train', 'test']) as dataset;
                    """)
                .execute());
  }

  @Test
  void experiments_areNewestFirst() {
    assertThat(experiments("", View.ACTIVE))
        .containsExactly("11", "10", "9", "8", "7", "6", "5", "4", "3", "2", "1", "0");
    assertThat(experiments("", View.DELETED)).containsExactly("12");
    assertThat(experiments("", View.ALL)).hasSize(13);
    assertThat(experiments("", View.ALL, "experiment_id")).startsWith("0", "1", "2", "3");
    assertThat(experiments("", View.ALL, "last_update_time DESC")).startsWith("1", "2");
  }

  @Test
  void experiments_areFoundByNameTimeAndTag() {
    assertThat(experiments("name ILIKE 'EXP1%' AND tags.parity = '1'", View.ACTIVE))
        .containsExactly("11", "1");
    assertThat(experiments("creation_time > 9 OR NOT tags.n IS NOT NULL", View.ACTIVE))
        .containsExactly("11", "10", "0");
  }

  private static List<String> experiments(String filter, View view, String... order) {
    return jdbi.withHandle(
        handle ->
            all(
                token ->
                    ExperimentSearch.search(
                        handle, view, new SearchRequest(filter, List.of(order), 5, token))));
  }

  private static <T> List<T> all(Function<String, Page<T>> search) {
    var found = new ArrayList<T>();
    var token = "";
    do {
      var page = search.apply(token);
      found.addAll(page.rows());
      token = page.nextToken();
    } while (!token.isEmpty());
    return found;
  }

  @Test
  void models_hidePromptsAndWhatIsDeleted() {
    assertThat(models("")).containsExactly("m2", "m3", "m4", "m5", "m6", "m7", "m8");
    assertThat(models("tags.`mlflow.prompt.is_prompt` = 'true'")).containsExactly("m9");
    assertThat(models("", "timestamp")).startsWith("m8", "m7");
  }

  @Test
  void models_areFoundByTheirTagsAsTheyAreNow() {
    assertThat(models("tags.parity = '0' AND tags.third = '2'")).containsExactly("m2", "m8");
    assertThat(models("tags.third = 'seven'")).containsExactly("m7");
    assertThat(models("tags.parity = '1' AND tags.third IS NULL")).containsExactly("m5");
    assertThat(models("tags.third = '2' AND tags.third = '1'")).isEmpty();
    assertThat(models("name LIKE 'Model%' AND NOT tags.third != '0'"))
        .containsExactly("m3", "m5", "m6");
  }

  // By the way that the search chooses itself, and by every other.
  private static List<String> models(String filter, String... order) {
    var found = models(TagRoute::survey, filter, order);
    for (var route : TagRoute.values()) {
      assertThat(models((_, _, _, _) -> route, filter, order)).as("%s", route).isEqualTo(found);
    }
    return found;
  }

  private static List<String> models(ModelSearch.Choice choice, String filter, String... order) {
    return jdbi.inTransaction(
        handle ->
            all(
                token ->
                    ModelSearch.search(
                        handle,
                        new SearchRequest(filter, List.of(order), 2, token),
                        "model.id",
                        (row, _) -> row.getString("id"),
                        choice)));
  }

  @Test
  void versions_areLastChangedFirst() {
    assertThat(versions("")).containsExactly("m2/3", "m2/2", "m3/2", "m2/1", "m3/1");
    assertThat(versions("", "name DESC")).containsExactly("m3/2", "m3/1", "m2/3", "m2/2", "m2/1");
    assertThat(versions("", "version_number", "creation_timestamp"))
        .containsExactly("m2/1", "m3/1", "m2/2", "m3/2", "m2/3");
  }

  @Test
  void versions_areFoundByAttributesAndTags() {
    assertThat(versions("name = 'Model 2' AND version_number < 3")).containsExactly("m2/2", "m2/1");
    assertThat(versions("run_id IN ('run1', 'run9')")).containsExactly("m2/1", "m3/1");
    assertThat(versions("source_path = 's3://m3'")).containsExactly("m3/2", "m3/1");
    assertThat(versions("tags.a ILIKE 'x'")).containsExactly("m3/2", "m2/1");
    assertThat(versions("NOT tags.a IS NULL AND tags.a = 'x'")).containsExactly("m2/1");
  }

  private static List<String> versions(String filter, String... order) {
    return jdbi.withHandle(
        handle ->
            all(
                    token ->
                        VersionSearch.search(
                            handle, new SearchRequest(filter, List.of(order), 2, token)))
                .stream()
                .map(found -> found.model() + "/" + found.number())
                .toList());
  }

  @Test
  void loggedModels_areFoundByWhatWasMeasuredOnTheDataNamed() {
    var test = new Data("test", "");

    assertThat(logged("", List.of())).containsExactly("m-4", "m-3", "m-2", "m-1");
    assertThat(logged("metrics.acc > 3", List.of())).containsExactly("m-3", "m-2");
    assertThat(logged("metrics.acc > 3", List.of(test))).isEmpty();
    assertThat(logged("", List.of(test))).containsExactly("m-3", "m-2", "m-1");
    assertThat(logged("params.lr = 0.01 OR name = 'logged4'", List.of()))
        .containsExactly("m-4", "m-1");
    assertThat(logged("attributes.status = 'READY' AND creation_time < 3", List.of()))
        .containsExactly("m-2", "m-1");
  }

  @Test
  void loggedModels_areSortedByTheNewestMeasurement() {
    assertThat(logged("", List.of(), new Sort("metrics.acc", false, new Data("train", "d1"))))
        .containsExactly("m-3", "m-2", "m-1", "m-4");
    assertThat(logged("", List.of(), new Sort("metrics.acc", true, new Data("test", ""))))
        .containsExactly("m-3", "m-2", "m-1", "m-4");
    assertThat(logged("", List.of(), new Sort("creation_time", true, ANY)))
        .containsExactly("m-1", "m-2", "m-3", "m-4");
  }

  @Test
  void loggedModels_mistakenOrder_isRefused() {
    assertRefused(new Sort("params.a", true, ANY), "only `metrics.<name>` is allowed");
    assertRefused(new Sort("nothing", true, ANY), "Invalid order by field name: nothing.");
    assertRefused(new Sort("metrics.a", true, new Data("", "d")), "`dataset_digest` can only");
  }

  private static void assertRefused(Sort sort, String text) {
    assertThatThrownBy(() -> logged("", List.of(), sort))
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.failure().toString()).contains(text));
  }

  private static List<String> logged(String filter, List<Data> data, Sort... sorts) {
    return jdbi.withHandle(
        handle ->
            all(
                token ->
                    LoggedModelSearch.search(
                        handle,
                        List.of("1"),
                        data,
                        List.of(sorts),
                        new SearchRequest(filter, List.of(), 3, token))));
  }
}
