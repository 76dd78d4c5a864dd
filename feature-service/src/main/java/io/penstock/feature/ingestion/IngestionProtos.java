package io.penstock.feature.ingestion;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.penstock.feature.TimeProtos;
import io.penstock.feature.ingestion.Quarantine.Replay;
import io.penstock.feature.row.Value;
import io.penstock.feature.row.Value.BoolValue;
import io.penstock.feature.row.Value.DoubleValue;
import io.penstock.feature.row.Value.Int64Value;
import io.penstock.feature.row.Value.StringValue;
import io.penstock.feature.validation.IncomingRow;
import io.penstock.kit.page.Page;
import io.penstock.proto.feature.v1.FeatureRow;
import io.penstock.proto.feature.v1.FeatureValue;
import io.penstock.proto.feature.v1.IngestFeaturesResponse;
import io.penstock.proto.feature.v1.ListQuarantinedRowsResponse;
import io.penstock.proto.feature.v1.ReplayQuarantinedRowsResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Incoming and quarantined rows on the wire.
final class IngestionProtos {

  private IngestionProtos() {}

  static List<IncomingRow> fromProto(List<FeatureRow> rows) {
    return rows.stream().map(IngestionProtos::fromProto).toList();
  }

  private static IncomingRow fromProto(FeatureRow row) {
    return new IncomingRow(
        row.getEntityKey(),
        row.hasEventTime() ? TimeProtos.micros(row.getEventTime()) : null,
        row.hasKnownTime() ? TimeProtos.micros(row.getKnownTime()) : null,
        values(row.getValuesMap()),
        () -> bytes(row));
  }

  private static Map<String, @Nullable Value> values(Map<String, FeatureValue> values) {
    Map<String, @Nullable Value> result = HashMap.newHashMap(values.size());
    values.forEach((feature, value) -> result.put(feature, value(value)));
    return result;
  }

  private static @Nullable Value value(FeatureValue value) {
    return switch (value.getKindCase()) {
      case DOUBLE_VALUE -> new DoubleValue(value.getDoubleValue());
      case INT64_VALUE -> new Int64Value(value.getInt64Value());
      case BOOL_VALUE -> new BoolValue(value.getBoolValue());
      case STRING_VALUE -> new StringValue(value.getStringValue());
      case KIND_NOT_SET -> null;
    };
  }

  // Deterministic, so that the same row has the same digest: maps have no order on the wire.
  private static byte[] bytes(FeatureRow row) {
    byte[] bytes = new byte[row.getSerializedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      row.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("the array has the size that the row asked for", e);
    }
    return bytes;
  }

  /// Reads back a row that the quarantine kept.
  static IncomingRow parse(byte[] wire) {
    return fromProto(parseRow(wire));
  }

  private static FeatureRow parseRow(byte[] wire) {
    try {
      return FeatureRow.parseFrom(wire);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the quarantine holds what is no row", e);
    }
  }

  static IngestFeaturesResponse toProto(IngestedRows rows) {
    var response =
        IngestFeaturesResponse.newBuilder()
            .setAccepted(rows.accepted())
            .setQuarantined(rows.quarantined());
    rows.examples().forEach(row -> response.addExamples(toProto(row)));
    return response.build();
  }

  static ListQuarantinedRowsResponse toProto(Page<QuarantinedRow> page) {
    var response = ListQuarantinedRowsResponse.newBuilder().setNextPageToken(page.nextToken());
    page.rows().forEach(row -> response.addRows(toProto(row)));
    return response.build();
  }

  private static io.penstock.proto.feature.v1.QuarantinedRow toProto(QuarantinedRow row) {
    return io.penstock.proto.feature.v1.QuarantinedRow.newBuilder()
        .setName(row.name())
        .setRow(parseRow(row.wire()))
        .setReason(row.reason())
        .setDetail(row.detail())
        .setTime(TimeProtos.toProto(row.time()))
        .build();
  }

  static ReplayQuarantinedRowsResponse toProto(Replay replay) {
    return ReplayQuarantinedRowsResponse.newBuilder()
        .setAccepted(replay.accepted())
        .setStillQuarantined(replay.stillQuarantined())
        .build();
  }
}
