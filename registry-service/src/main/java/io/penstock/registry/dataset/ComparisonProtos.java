package io.penstock.registry.dataset;

import io.penstock.proto.registry.v1.DatasetFileChange;
import io.penstock.registry.dataset.DatasetComparison.FileChange;
import io.penstock.registry.dataset.DatasetComparison.Files;
import io.penstock.registry.profile.ColumnShift;
import java.util.List;

/// Comparisons and uses of snapshots on the wire.
final class ComparisonProtos {

  private ComparisonProtos() {}

  static io.penstock.proto.registry.v1.DatasetComparison toProto(DatasetComparison comparison) {
    var proto =
        io.penstock.proto.registry.v1.DatasetComparison.newBuilder()
            .setBase(comparison.base().toString())
            .setOther(comparison.other().toString())
            .addAllSchemaChanges(
                comparison.schemaChanges().stream().map(ComparisonProtos::toProto).toList())
            .addAllShifts(comparison.shifts().stream().map(ComparisonProtos::toProto).toList());
    comparison.files().ifPresent(files -> add(proto, files));
    comparison
        .onOneSide()
        .forEach(
            column ->
                proto
                    .addShiftsBuilder()
                    .setColumn(column)
                    .setNotComparable("only one side has a profile of it"));
    return proto.build();
  }

  private static void add(
      io.penstock.proto.registry.v1.DatasetComparison.Builder proto, Files files) {
    proto
        .setFilesCompared(true)
        .addAllAdded(files.added().stream().map(ManifestProtos::toProto).toList())
        .addAllRemoved(files.removed().stream().map(ManifestProtos::toProto).toList())
        .addAllChanged(toProto(files.changed()))
        .addAllMoved(toProto(files.moved()))
        .setUnchanged(files.unchanged());
  }

  private static List<DatasetFileChange> toProto(List<FileChange> changes) {
    return changes.stream()
        .map(
            change ->
                DatasetFileChange.newBuilder()
                    .setBefore(ManifestProtos.toProto(change.before()))
                    .setAfter(ManifestProtos.toProto(change.after()))
                    .build())
        .toList();
  }

  private static io.penstock.proto.registry.v1.SchemaChange toProto(
      DatasetComparison.SchemaChange change) {
    var proto = io.penstock.proto.registry.v1.SchemaChange.newBuilder();
    change
        .before()
        .ifPresent(
            column -> proto.setColumn(column.name()).setBefore(ManifestProtos.toProto(column)));
    change
        .after()
        .ifPresent(
            column -> proto.setColumn(column.name()).setAfter(ManifestProtos.toProto(column)));
    return proto.build();
  }

  private static io.penstock.proto.registry.v1.ColumnShift toProto(ColumnShift shift) {
    var proto =
        io.penstock.proto.registry.v1.ColumnShift.newBuilder()
            .setColumn(shift.base().name())
            .setNotComparable(shift.obstacle())
            .setBaseValues(shift.base().distribution().values())
            .setOtherValues(shift.other().distribution().values())
            .setBaseMissing(shift.base().missingShare())
            .setOtherMissing(shift.other().missingShare());
    shift.index().ifPresent(index -> proto.setPsi(index.psi()).setPsiByChance(index.byChance()));
    return proto.build();
  }

  static io.penstock.proto.registry.v1.DatasetUse toProto(DatasetUse use) {
    return io.penstock.proto.registry.v1.DatasetUse.newBuilder()
        .setUser(use.user())
        .setContext(use.context())
        .build();
  }
}
