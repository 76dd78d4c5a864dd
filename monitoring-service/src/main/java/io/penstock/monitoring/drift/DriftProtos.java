package io.penstock.monitoring.drift;

import static io.penstock.monitoring.window.TimeProtos.timestamp;

import io.penstock.monitoring.drift.DriftRepository.JudgedWindow;
import io.penstock.proto.monitoring.v1.ColumnKind;
import io.penstock.proto.monitoring.v1.DriftWindow;

/// Drift judgements on the wire.
final class DriftProtos {

  private DriftProtos() {}

  static DriftWindow toProto(JudgedWindow judged) {
    var window =
        DriftWindow.newBuilder()
            .setStartTime(timestamp(judged.window().start()))
            .setEndTime(timestamp(judged.window().end()))
            .setSkipped(judged.skipped());
    judged.columns().forEach(column -> window.addColumns(toProto(column)));
    return window.build();
  }

  private static io.penstock.proto.monitoring.v1.ColumnDrift toProto(ColumnDrift column) {
    return io.penstock.proto.monitoring.v1.ColumnDrift.newBuilder()
        .setColumn(column.column())
        .setKind(ColumnKind.forNumber(column.kind().code()))
        .setReferenceCount(column.referenceCount())
        .setWindowCount(column.windowCount())
        .setTest(column.test())
        .setStatistic(column.statistic())
        .setPValue(column.pValue())
        .setThreshold(column.threshold())
        .setSignificant(column.significant())
        .setJsDistance(column.jsDistance())
        .setPsi(column.psi())
        .setEffectFloor(column.effectFloor())
        .setDrifted(column.drifted())
        .setReferenceMean(column.referenceMean())
        .setWindowMean(column.windowMean())
        .setExemplarTraceId(column.exemplarTraceId())
        .setSkipped(column.skipped())
        .build();
  }
}
