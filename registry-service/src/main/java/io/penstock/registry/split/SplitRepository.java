package io.penstock.registry.split;

import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageKey;
import io.penstock.kit.page.PageRequest;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// The table of splits.
final class SplitRepository {

  private SplitRepository() {}

  /// False where the name is taken.
  static boolean insert(Handle handle, Split split) {
    return handle
            .createUpdate(
                """
                insert into data_split (experiment, id, content, create_time, created_by)
                values (:experiment, :id, :content, :time, :by)
                on conflict do nothing""")
            .bind("experiment", split.name().experiment())
            .bind("id", split.name().id())
            .bind("content", SplitProtos.encode(split))
            .bind("time", split.createTime())
            .bind("by", split.createdBy())
            .execute()
        == 1;
  }

  static Optional<Split> find(Handle handle, SplitName name) {
    return handle
        .createQuery("select content from data_split where experiment = :experiment and id = :id")
        .bind("experiment", name.experiment())
        .bind("id", name.id())
        .map((row, _) -> SplitProtos.decode(name, row.getBytes("content")))
        .findOne();
  }

  static Page<Split> page(Handle handle, String experiment, PageRequest page) {
    var rows =
        handle
            .createQuery(
                """
                select id, content from data_split where experiment = :experiment and id > :after
                order by id limit :limit""")
            .bind("experiment", experiment)
            .bind("after", page.after("", PageKey::text))
            .bind("limit", page.fetchSize())
            .map(
                (row, _) ->
                    SplitProtos.decode(
                        new SplitName(experiment, row.getString("id")), row.getBytes("content")))
            .list();
    return page.page(rows, split -> List.of(split.name().id()));
  }

  static boolean hasExperiment(Handle handle, String experiment) {
    return handle
        .createQuery("select 1 from experiment where id = :id")
        .bind("id", experiment)
        .mapTo(int.class)
        .findOne()
        .isPresent();
  }
}
