package io.penstock.registry.search;

import io.penstock.registry.search.statement.SearchSettings;
import io.penstock.registry.search.statement.Sql;
import org.jdbi.v3.core.Handle;

/// How a search gets to the models that have certain tags: by the index of tags, or along their
/// names until the page is full.
///
/// The database would choose by a sample of whole sets of tags. One search in a hundred then goes
/// for a set that happens to be in the sample, which makes it seem frequent, and walks past all
/// models. Single tags it knows well.
enum TagRoute {
  /// All that have the tags are read, and sorted.
  COLLECT,
  /// Models are read in the order of the result until the page is full; or else all of them.
  WALK;

  // Microseconds of the database's processor, measured over 1,000,000 models; only their ratio
  // decides: going past a model, and reading one that the index names.
  private static final double STEP = 0.21;
  private static final double READ = 1.5;

  // Tags may exclude each other: then a walk never fills its page. So much of what that would cost
  // is part of what a walk costs.
  private static final double RISK = 0.02;

  /// Asks how many models there are and how many have each of the tags, in one round trip, and
  /// readies the transaction for the search.
  static TagRoute survey(Handle handle, EqualTags tags, long page, boolean ordered) {
    var sql = new Sql();
    sql.add(SearchSettings.SQL).add("; explain select from model where delete_time is null");
    tags.wanted()
        .forEach(
            (key, value) ->
                sql.add("; explain select from model_tag where key = ")
                    .add(sql.bind(key))
                    .add(" and value = ")
                    .add(sql.bind(value)));
    var answers = sql.firsts(handle).stream().skip(1).mapToDouble(Sql::plannedRows).toArray();
    double share = 1;
    for (int i = 1; i < answers.length; i++) {
      share *= Math.clamp(answers[i] / answers[0], 1e-9, 1);
    }
    return cheapest(answers[0], share, page, ordered);
  }

  /// @param models how many there are
  /// @param share how many of them are met, taking the tags for independent of each other
  /// @param ordered whether an index has the models in the order of the result
  static TagRoute cheapest(double models, double share, long page, boolean ordered) {
    double steps = ordered ? Math.min(models, page / share) : models;
    double walk = STEP * ((1 - RISK) * steps + RISK * models);
    return READ * models * share <= walk ? COLLECT : WALK;
  }
}
