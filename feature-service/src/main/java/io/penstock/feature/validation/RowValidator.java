package io.penstock.feature.validation;

import static io.penstock.feature.validation.RowReason.ENTITY_KEY_INVALID;
import static io.penstock.feature.validation.RowReason.ENTITY_KEY_MISSING;
import static io.penstock.feature.validation.RowReason.EVENT_TIME_INVALID;
import static io.penstock.feature.validation.RowReason.EVENT_TIME_IN_FUTURE;
import static io.penstock.feature.validation.RowReason.EVENT_TIME_MISSING;
import static io.penstock.feature.validation.RowReason.FEATURE_UNKNOWN;
import static io.penstock.feature.validation.RowReason.KNOWN_TIME_INVALID;
import static io.penstock.feature.validation.RowReason.KNOWN_TIME_IN_FUTURE;

import io.penstock.feature.Micros;
import io.penstock.feature.row.PackedRow;
import io.penstock.feature.row.Value;
import io.penstock.feature.validation.Verdict.Accepted;
import io.penstock.feature.validation.Verdict.Rejected;
import io.penstock.feature.view.FeatureView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Judges rows of one view at one moment.
public final class RowValidator {

  private final FeatureView view;
  private final List<ValueRule> rules;
  private final long nowUs;
  private final long latestUs;

  /// @param tolerance how far a sender's clock may be ahead of ours
  public RowValidator(FeatureView view, Instant now, Duration tolerance) {
    this.view = view;
    this.rules = view.schema().features().stream().map(ValueRule::new).toList();
    this.nowUs = Micros.of(now);
    this.latestUs = Micros.of(now.plus(tolerance));
  }

  public Verdict judge(IncomingRow row) {
    List<RowProblem> problems = problems(row);
    return problems.isEmpty()
        ? new Accepted(valid(row))
        : new Rejected(row, RowProblem.together(problems));
  }

  private ValidRow valid(IncomingRow row) {
    Long known = row.knownUs();
    return new ValidRow(
        row.entityKey(),
        Objects.requireNonNull(row.eventUs(), "judged to be there"),
        known == null ? nowUs : known,
        known == null,
        PackedRow.pack(view.schema(), row.values()));
  }

  private List<RowProblem> problems(IncomingRow row) {
    List<RowProblem> problems = new ArrayList<>(0);
    addIfAny(problems, keyProblem(row.entityKey()));
    addIfAny(problems, eventTimeProblem(row.eventUs()));
    addIfAny(problems, knownTimeProblem(row.knownUs()));
    int named = addValueProblems(problems, row.values());
    if (named < row.values().size()) {
      addUnknownFeatures(problems, row.values());
    }
    return problems;
  }

  private static @Nullable RowProblem keyProblem(String key) {
    if (key.isEmpty()) {
      return RowProblem.of(ENTITY_KEY_MISSING, "entity_key", "''", EntityKeys.RULE);
    }
    return EntityKeys.isValid(key)
        ? null
        : RowProblem.of(ENTITY_KEY_INVALID, "entity_key", "'" + key + "'", EntityKeys.RULE);
  }

  private @Nullable RowProblem eventTimeProblem(@Nullable Long eventUs) {
    if (eventUs == null) {
      return RowProblem.of(EVENT_TIME_MISSING, "event_time", "no value", "a time");
    }
    return timeProblem("event_time", eventUs, EVENT_TIME_INVALID, EVENT_TIME_IN_FUTURE);
  }

  private @Nullable RowProblem knownTimeProblem(@Nullable Long knownUs) {
    return knownUs == null
        ? null
        : timeProblem("known_time", knownUs, KNOWN_TIME_INVALID, KNOWN_TIME_IN_FUTURE);
  }

  private @Nullable RowProblem timeProblem(
      String field, long timeUs, RowReason invalid, RowReason inFuture) {
    if (timeUs == Micros.INVALID) {
      return RowProblem.of(invalid, field, "no valid timestamp", "a time of the years 1 to 9999");
    }
    return timeUs <= latestUs
        ? null
        : RowProblem.of(
            inFuture,
            field,
            Micros.toInstant(timeUs).toString(),
            "<= " + Micros.toInstant(latestUs));
  }

  // Returns how many of the values belong to a feature.
  private int addValueProblems(List<RowProblem> problems, Map<String, @Nullable Value> values) {
    int named = 0;
    for (ValueRule rule : rules) {
      Value value = values.get(rule.feature());
      named += value != null || values.containsKey(rule.feature()) ? 1 : 0;
      addIfAny(problems, rule.problem(value));
    }
    return named;
  }

  private void addUnknownFeatures(List<RowProblem> problems, Map<String, @Nullable Value> values) {
    for (String name : values.keySet()) {
      if (view.schema().position(name).isEmpty()) {
        problems.add(
            RowProblem.of(FEATURE_UNKNOWN, name, "unknown", "a feature of " + view.name()));
      }
    }
  }

  private static void addIfAny(List<RowProblem> problems, @Nullable RowProblem problem) {
    if (problem != null) {
      problems.add(problem);
    }
  }
}
