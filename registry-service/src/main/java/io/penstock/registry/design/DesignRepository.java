package io.penstock.registry.design;

import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageKey;
import io.penstock.kit.page.PageRequest;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// The table of designs: revisions, none of which ever changes.
final class DesignRepository {

  private DesignRepository() {}

  /// Lets nobody else add a revision until the transaction ends. False where there is no such
  /// experiment.
  static boolean lock(Handle handle, String experiment) {
    return handle
        .createQuery("select 1 from experiment where id = :id for no key update")
        .bind("id", experiment)
        .mapTo(int.class)
        .findOne()
        .isPresent();
  }

  static int newest(Handle handle, String experiment) {
    return handle
        .createQuery(
            "select coalesce(max(revision), 0) from experiment_design where experiment = :id")
        .bind("id", experiment)
        .mapTo(int.class)
        .one();
  }

  static void insert(Handle handle, ExperimentDesign design) {
    handle
        .createUpdate(
            """
            insert into experiment_design (experiment, revision, content, create_time, created_by)
            values (:experiment, :revision, :content, :time, :by)""")
        .bind("experiment", design.experiment())
        .bind("revision", design.revision())
        .bind("content", DesignProtos.encode(design))
        .bind("time", design.createTime())
        .bind("by", design.createdBy())
        .execute();
  }

  /// Newest first.
  static Page<ExperimentDesign> page(Handle handle, String experiment, PageRequest page) {
    var rows =
        handle
            .createQuery(
                """
                select revision, content from experiment_design
                where experiment = :experiment and revision < :after
                order by revision desc limit :limit""")
            .bind("experiment", experiment)
            .bind("after", page.after((long) Integer.MAX_VALUE, PageKey::number))
            .bind("limit", page.fetchSize())
            .map(
                (row, _) ->
                    DesignProtos.decode(
                        experiment, row.getInt("revision"), row.getBytes("content")))
            .list();
    return page.page(rows, design -> List.of(design.revision()));
  }

  static Optional<ExperimentDesign> find(Handle handle, String experiment, int revision) {
    return handle
        .createQuery(
            """
            select content from experiment_design
            where experiment = :experiment and revision = :revision""")
        .bind("experiment", experiment)
        .bind("revision", revision)
        .map((row, _) -> DesignProtos.decode(experiment, revision, row.getBytes("content")))
        .findOne();
  }
}
