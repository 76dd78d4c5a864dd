package io.penstock.registry.version;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.testkit.PostgresExtension;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Versions that were stored before MLflow's clients could change their descriptions and tags.
class StoredVersionsIT {

  @RegisterExtension static final PostgresExtension postgres = PostgresExtension.shared();

  private static final String SHA256 = "0".repeat(64);

  @Test
  void descriptionTagsAndPromotions_areTakenOver() {
    var url = postgres.freshDatabase("registry");
    migrate(url, "4");
    try (var handle = Jdbi.create(url).open()) {
      insert(handle);
    }
    migrate(url, "latest");
    try (var handle = Jdbi.create(url).open()) {
      assertThat(VersionRepository.require(handle, new VersionName("delay", 1)))
          .satisfies(
              version -> {
                assertThat(version.description()).isEqualTo("spät oder nicht " + "x".repeat(300));
                assertThat(version.tags())
                    .containsEntry("team", "delay")
                    .containsEntry("empty", "")
                    .hasSize(2);
                assertThat(version.metrics()).containsEntry("auc", 0.75);
                assertThat(version.stage()).isEqualTo(Stage.PRODUCTION);
              });
      assertThat(texts(handle, "select key || '=' || value from model_tag"))
          .containsExactly("owner=ada");
      assertThat(
              texts(
                  handle,
                  """
                  select from_stage || '>' || to_stage || ' ' || (until is null)
                  from stage_change order by id"""))
          .containsExactly("NONE>STAGING false", "STAGING>PRODUCTION true");
    }
  }

  private static List<String> texts(Handle handle, String query) {
    return handle.createQuery(query).mapTo(String.class).list();
  }

  private static void insert(Handle handle) {
    var content =
        ModelVersion.newBuilder()
            .setDescription("spät oder nicht " + "x".repeat(300))
            .putMetrics("auc", 0.75)
            .putTags("team", "delay")
            .putTags("empty", "")
            .build();
    handle.execute(
        "insert into artifact (sha256, size_bytes, media_type, create_time, created_by) values (?, 1, '', now(), 'ada')",
        SHA256);
    handle.execute(
        """
        insert into model (id, description, tags, owner, latest_version, create_time, update_time)
        values ('delay', '', '{"owner": "ada"}', 'ada', 1, now(), now())""");
    handle.execute(
        """
        insert into model_version (model, number, stage, artifact, run, content, baseline_profile,
          create_time, created_by)
        values ('delay', 1, 'PRODUCTION', ?, '', ?, '', now(), 'ada')""",
        SHA256,
        content.toByteArray());
    promote(handle, "NONE", "STAGING", "PASSED");
    promote(handle, "STAGING", "PRODUCTION", "REFUSED");
    promote(handle, "STAGING", "PRODUCTION", "PASSED");
  }

  private static void promote(Handle handle, String from, String to, String state) {
    handle.execute(
        """
        insert into promotion (model, number, from_stage, to_stage, state, gate_decision, unmet,
          comment, requested_by, time)
        values ('delay', 1, ?, ?, ?, 'gateDecisions/1', '', '', 'ada', now())""",
        from,
        to,
        state);
  }

  private static void migrate(String url, String target) {
    Flyway.configure()
        .dataSource(url, null, null)
        .locations("classpath:db/registry")
        .target(target)
        .load()
        .migrate();
  }
}
