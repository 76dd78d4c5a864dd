package io.penstock.registry.dataset;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.registry.v1.RegisterDatasetRequest;
import io.penstock.registry.Limits;
import io.penstock.registry.Times;
import java.time.Instant;

/// Datasets on the wire.
final class DatasetProtos {

  private static final int SOURCE = 2_000;

  private DatasetProtos() {}

  /// The snapshot that a request declares, with all of its fields checked.
  static Dataset fromProto(RegisterDatasetRequest request, Instant now, String caller) {
    var given = request.getDataset();
    var problems = new InvalidArguments();
    Limits.chosenId(problems, "dataset.dataset_id", given.getDatasetId());
    problems.addIf(
        !DatasetName.SHA256.matcher(given.getSha256()).matches(),
        "dataset.sha256",
        "was '%s', expected 64 lower-case hex digits".formatted(given.getSha256()));
    Limits.text(problems, "dataset.source", given.getSource(), SOURCE);
    problems.addIf(
        given.getRows() < 0,
        "dataset.rows",
        "was %d, expected 0 or more".formatted(given.getRows()));
    ProfileProtos.check(problems, "dataset.profile", given.getProfile());
    problems.throwIfAny();
    var name = new DatasetName(given.getDatasetId(), given.getSha256());
    return new Dataset(
        name,
        given.getSource(),
        given.getRows(),
        ProfileProtos.fromProto(given.getProfile()),
        now,
        caller);
  }

  static io.penstock.proto.registry.v1.Dataset toProto(Dataset dataset) {
    var proto =
        io.penstock.proto.registry.v1.Dataset.newBuilder()
            .setName(dataset.name().toString())
            .setDatasetId(dataset.name().datasetId())
            .setSha256(dataset.name().sha256())
            .setSource(dataset.source())
            .setRows(dataset.rows())
            .setCreateTime(Times.toProto(dataset.createTime()))
            .setCreatedBy(dataset.createdBy());
    ProfileProtos.toProto(dataset.profile()).ifPresent(proto::setProfile);
    return proto.build();
  }
}
