package io.penstock.demo.story;

import com.google.protobuf.Timestamp;
import io.penstock.demo.flights.DayStats;
import io.penstock.proto.feature.v1.FeatureRow;
import io.penstock.proto.feature.v1.FeatureValue;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/// Statistics of a day as rows of a feature view.
final class FeatureRows {

  private FeatureRows() {}

  /// @param columns late rate, mean delay and number of flights, in this order
  static FeatureRow of(DayStats stats, List<String> columns) {
    Timestamp midnight = timestamp(stats.eventTime());
    return FeatureRow.newBuilder()
        .setEntityKey(stats.key())
        .setEventTime(midnight)
        .setKnownTime(midnight)
        .putValues(columns.get(0), value(stats.lateRate()))
        .putValues(columns.get(1), value(stats.meanDelay()))
        .putValues(columns.get(2), value(stats.flights()))
        .build();
  }

  static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }

  static Timestamp midnight(LocalDate day) {
    return timestamp(day.atStartOfDay(ZoneOffset.UTC).toInstant());
  }

  private static FeatureValue value(double value) {
    FeatureValue.Builder result = FeatureValue.newBuilder();
    return Double.isNaN(value) ? result.build() : result.setDoubleValue(value).build();
  }
}
