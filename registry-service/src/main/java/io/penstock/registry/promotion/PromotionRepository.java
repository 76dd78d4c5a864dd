package io.penstock.registry.promotion;

import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageKey;
import io.penstock.kit.page.PageRequest;
import io.penstock.registry.version.Stage;
import io.penstock.registry.version.VersionName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// The table of promotions; attempts are added and never change.
final class PromotionRepository {

  private static final String PASSED = "PASSED";

  private PromotionRepository() {}

  /// Stores an attempt under the id that it gives back.
  static long insert(Handle handle, Promotion promotion) {
    return handle
        .createQuery(
            """
            insert into promotion (model, number, from_stage, to_stage, state, gate_decision,
              unmet, comment, requested_by, time)
            values (:model, :number, :from, :to, :state, :decision, :unmet, :comment, :by, :time)
            returning id""")
        .bind("model", promotion.version().model())
        .bind("number", promotion.version().number())
        .bind("from", promotion.from().name())
        .bind("to", promotion.to().name())
        .bind("state", promotion.passed() ? PASSED : "REFUSED")
        .bind("decision", promotion.gateDecision())
        .bind("unmet", PromotionProtos.unmetBytes(promotion.unmet()))
        .bind("comment", promotion.comment())
        .bind("by", promotion.requestedBy())
        .bind("time", promotion.time())
        .mapTo(long.class)
        .one();
  }

  /// Newest first.
  static Page<Promotion> page(Handle handle, String model, PageRequest page) {
    var rows =
        handle
            .createQuery(
                """
                select * from promotion where model = :model and id < :after
                order by id desc limit :limit""")
            .bind("model", model)
            .bind("after", page.after(Long.MAX_VALUE, PageKey::number))
            .bind("limit", page.fetchSize())
            .map((row, _) -> read(row))
            .list();
    return page.page(rows, promotion -> List.of(promotion.id()));
  }

  private static Promotion read(ResultSet row) throws SQLException {
    return new Promotion(
        row.getLong("id"),
        new VersionName(row.getString("model"), row.getLong("number")),
        Stage.valueOf(row.getString("from_stage")),
        Stage.valueOf(row.getString("to_stage")),
        row.getString("state").equals(PASSED),
        row.getString("gate_decision"),
        PromotionProtos.unmet(row.getBytes("unmet")),
        row.getString("comment"),
        row.getString("requested_by"),
        row.getTimestamp("time").toInstant());
  }
}
