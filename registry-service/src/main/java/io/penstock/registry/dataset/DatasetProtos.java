package io.penstock.registry.dataset;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.registry.v1.RegisterDatasetRequest;
import io.penstock.registry.Limits;
import io.penstock.registry.Times;
import io.penstock.registry.profile.ProfileProtos;
import java.time.Instant;
import java.util.Optional;

/// Datasets on the wire.
final class DatasetProtos {

  private static final int SOURCE = 2_000;

  private DatasetProtos() {}

  /// The snapshot that a request declares, with all of its fields checked.
  static Dataset fromProto(RegisterDatasetRequest request, Instant now, String caller) {
    var given = request.getDataset();
    var problems = new InvalidArguments();
    Limits.chosenId(problems, "dataset.dataset_id", given.getDatasetId());
    if (given.hasManifest()) {
      ManifestProtos.check(problems, "dataset.manifest", given.getManifest());
    } else {
      problems.addIf(
          !DatasetName.SHA256.matcher(given.getSha256()).matches(),
          "dataset.sha256",
          "was '%s', expected 64 lower-case hex digits".formatted(given.getSha256()));
    }
    Limits.text(problems, "dataset.source", given.getSource(), SOURCE);
    problems.addIf(
        given.getRows() < 0,
        "dataset.rows",
        "was %d, expected 0 or more".formatted(given.getRows()));
    ProfileProtos.check(problems, "dataset.profile", given.getProfile());
    problems.throwIfAny();
    return given.hasManifest()
        ? ofManifest(given, ManifestProtos.fromProto(given.getManifest()), now, caller)
        : dataset(given, given.getSha256(), given.getRows(), Optional.empty(), now, caller);
  }

  private static Dataset ofManifest(
      io.penstock.proto.registry.v1.Dataset given, Manifest manifest, Instant now, String caller) {
    var sha256 = manifest.sha256();
    if (!given.getSha256().isEmpty() && !given.getSha256().equals(sha256)) {
      throw InvalidArguments.of(
          "dataset.sha256", "was '%s', the manifest's is %s".formatted(given.getSha256(), sha256));
    }
    long rows = given.getRows() == 0 ? manifest.rows() : given.getRows();
    return dataset(given, sha256, rows, Optional.of(manifest), now, caller);
  }

  private static Dataset dataset(
      io.penstock.proto.registry.v1.Dataset given,
      String sha256,
      long rows,
      Optional<Manifest> manifest,
      Instant now,
      String caller) {
    return new Dataset(
        new DatasetName(given.getDatasetId(), sha256),
        given.getSource(),
        rows,
        ProfileProtos.fromProto(given.getProfile()),
        manifest,
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
    dataset.manifest().map(ManifestProtos::toProto).ifPresent(proto::setManifest);
    return proto.build();
  }
}
