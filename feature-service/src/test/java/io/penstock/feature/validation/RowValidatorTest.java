package io.penstock.feature.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.penstock.feature.Micros;
import io.penstock.feature.row.Value;
import io.penstock.feature.row.Value.DoubleValue;
import io.penstock.feature.row.Value.Int64Value;
import io.penstock.feature.row.Value.StringValue;
import io.penstock.feature.validation.Verdict.Accepted;
import io.penstock.feature.validation.Verdict.Rejected;
import io.penstock.feature.view.FeatureSchema;
import io.penstock.feature.view.FeatureSpec;
import io.penstock.feature.view.FeatureView;
import io.penstock.feature.view.ValueType;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RowValidatorTest {

  private static final Instant NOW = Instant.parse("2001-04-01T00:00:00Z");
  private static final long NOW_US = Micros.of(NOW);
  private static final long TOLERANCE_US = 60_000_000;

  private static final FeatureView VIEW =
      new FeatureView(
          7,
          "origin_stats",
          3,
          "origin",
          new FeatureSchema(
              List.of(
                  new FeatureSpec("rate", ValueType.DOUBLE, "", false, 0.0, 1.0, List.of()),
                  new FeatureSpec("flights", ValueType.INT64, "", true, 0.0, null, List.of()),
                  new FeatureSpec("hub", ValueType.BOOL, "", true, null, null, List.of()),
                  new FeatureSpec(
                      "kind", ValueType.STRING, "", true, null, null, List.of("big", "small")),
                  new FeatureSpec("note", ValueType.STRING, "", true, null, null, List.of()))),
          "ada",
          "",
          null,
          NOW,
          "ada");

  private final RowValidator validator =
      new RowValidator(VIEW, NOW, Duration.ofNanos(TOLERANCE_US * 1000));

  @Test
  void judge_goodRow() {
    var row = row("ATL", NOW_US + TOLERANCE_US, 5L, Map.of("rate", new DoubleValue(1)));

    assertThat(validator.judge(row))
        .isInstanceOfSatisfying(
            Accepted.class,
            accepted -> {
              assertThat(accepted.row().eventUs()).isEqualTo(NOW_US + TOLERANCE_US);
              assertThat(accepted.row().knownUs()).isEqualTo(5);
              assertThat(accepted.row().stamped()).isFalse();
            });
  }

  @Test
  void judge_withoutKnownTime_isStamped() {
    var row = row("ATL", 1L, null, Map.of("rate", new DoubleValue(0)));

    assertThat(validator.judge(row))
        .isInstanceOfSatisfying(
            Accepted.class,
            accepted -> {
              assertThat(accepted.row().knownUs()).isEqualTo(NOW_US);
              assertThat(accepted.row().stamped()).isTrue();
            });
  }

  static Stream<Arguments> badRows() {
    Map<String, Value> good = Map.of("rate", new DoubleValue(0.5));
    return Stream.of(
        arguments(row("", 1L, null, good), "ENTITY_KEY_MISSING", "entity_key: ''"),
        arguments(row("a\0b", 1L, null, good), "ENTITY_KEY_INVALID", "entity_key: 'a?b'"),
        arguments(row("x".repeat(257), 1L, null, good), "ENTITY_KEY_INVALID", "entity_key"),
        arguments(row("k", null, null, good), "EVENT_TIME_MISSING", "event_time: no value"),
        arguments(row("k", Micros.INVALID, null, good), "EVENT_TIME_INVALID", "event_time"),
        arguments(
            row("k", NOW_US + TOLERANCE_US + 1, null, good),
            "EVENT_TIME_IN_FUTURE",
            "event_time: 2001-04-01T00:01:00.000001Z (expected: <= 2001-04-01T00:01:00Z)"),
        arguments(row("k", 1L, Micros.INVALID, good), "KNOWN_TIME_INVALID", "known_time"),
        arguments(
            row("k", 1L, NOW_US + TOLERANCE_US + 1, good), "KNOWN_TIME_IN_FUTURE", "known_time"),
        arguments(
            with("wind", new DoubleValue(1)),
            "FEATURE_UNKNOWN",
            "wind: unknown (expected: a feature of featureViews/origin_stats/versions/3)"),
        arguments(with("gust", null), "FEATURE_UNKNOWN", "gust: unknown"),
        arguments(
            row("k", 1L, null, Map.of()), "VALUE_MISSING", "rate: no value (expected: DOUBLE)"),
        arguments(with("rate", null), "VALUE_MISSING", "rate: no value"),
        arguments(
            with("rate", new Int64Value(1)),
            "VALUE_TYPE_WRONG",
            "rate: INT64 1 (expected: DOUBLE)"),
        arguments(with("hub", new StringValue("yes")), "VALUE_TYPE_WRONG", "hub: STRING 'yes'"),
        arguments(
            with("rate", new DoubleValue(1.7)),
            "VALUE_OUT_OF_RANGE",
            "rate: 1.7 (expected: <= 1.0)"),
        arguments(with("rate", new DoubleValue(-0.1)), "VALUE_OUT_OF_RANGE", "rate: -0.1"),
        arguments(with("flights", new Int64Value(-1)), "VALUE_OUT_OF_RANGE", "flights: -1"),
        arguments(with("flights", new Int64Value((1L << 53) + 1)), "VALUE_OUT_OF_RANGE", "±2^53"),
        arguments(
            with("rate", new DoubleValue(Double.NaN)),
            "VALUE_NOT_FINITE",
            "rate: NaN (expected: a finite number)"),
        arguments(
            with("rate", new DoubleValue(Double.POSITIVE_INFINITY)), "VALUE_NOT_FINITE", "rate"),
        arguments(
            with("kind", new StringValue("tiny")),
            "VALUE_NOT_ALLOWED",
            "kind: 'tiny' (expected: one of [big, small])"),
        arguments(
            with("note", new StringValue("x".repeat(1001))),
            "VALUE_TOO_LONG",
            "note: 1001 characters (expected: at most 1000)"));
  }

  @ParameterizedTest
  @MethodSource("badRows")
  void judge_badRow(IncomingRow row, String reason, String detail) {
    assertThat(validator.judge(row))
        .isInstanceOfSatisfying(
            Rejected.class,
            rejected -> {
              assertThat(rejected.problem().reason()).hasToString(reason);
              assertThat(rejected.problem().detail()).contains(detail);
            });
  }

  @Test
  void judge_severalProblems_namesAllAndTheFirstReason() {
    var row = row("", null, null, Map.of("rate", new DoubleValue(2)));

    assertThat(validator.judge(row))
        .isInstanceOfSatisfying(
            Rejected.class,
            rejected -> {
              assertThat(rejected.problem().reason()).isEqualTo(RowReason.ENTITY_KEY_MISSING);
              assertThat(rejected.problem().detail())
                  .contains("entity_key: ", "; event_time: ", "; rate: 2.0");
            });
  }

  @Test
  void detail_isBounded() {
    Map<String, @Nullable Value> many = new HashMap<>();
    for (int i = 0; i < 1000; i++) {
      many.put("unknown_" + i, null);
    }

    assertThat(validator.judge(row("k", 1L, null, many)))
        .isInstanceOfSatisfying(
            Rejected.class,
            rejected -> assertThat(rejected.problem().detail()).hasSizeLessThanOrEqualTo(1000));
  }

  private static IncomingRow with(String feature, @Nullable Value value) {
    Map<String, @Nullable Value> values = new HashMap<>();
    values.put("rate", new DoubleValue(0.5));
    values.put(feature, value);
    return row("k", 1L, null, values);
  }

  private static IncomingRow row(
      String key,
      @Nullable Long eventUs,
      @Nullable Long knownUs,
      Map<String, ? extends @Nullable Value> values) {
    return new IncomingRow(key, eventUs, knownUs, new HashMap<>(values), () -> new byte[0]);
  }
}
