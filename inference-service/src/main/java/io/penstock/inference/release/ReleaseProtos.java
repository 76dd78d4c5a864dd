package io.penstock.inference.release;

import io.penstock.inference.binding.BindingProtos;
import io.penstock.inference.release.WantedRelease.WantedTarget;
import io.penstock.inference.release.WantedRelease.WantedVersion;
import io.penstock.inference.serving.VariantProtos;
import io.penstock.inference.serving.VersionConfigProtos;
import io.penstock.inference.serving.VersionName;
import io.penstock.kit.failure.FailureException;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.proto.registry.v1.Release;
import io.penstock.proto.registry.v1.TrafficTarget;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Releases on the wire, and as files.
final class ReleaseProtos {

  private static final Logger log = LoggerFactory.getLogger(ReleaseProtos.class);
  private static final String PREFIX = "releases/";

  private ReleaseProtos() {}

  static WantedRelease fromProto(Release release) {
    return new WantedRelease(
        modelOf(release.getName()),
        release.getRevision(),
        release.getTargetsList().stream().flatMap(ReleaseProtos::readable).toList(),
        release.getStopped());
  }

  // Only names that are safe as file names pass.
  private static String modelOf(String name) {
    if (!name.matches("releases/[a-z0-9][a-z0-9._-]{0,62}")) {
      throw new IllegalArgumentException(
          "'%s' is no release, expected releases/{model}".formatted(name));
    }
    return name.substring(PREFIX.length());
  }

  // A version that this server does not understand is left out as one that does not load: the rest
  // of its release, and every other, go on.
  private static Stream<WantedTarget> readable(TrafficTarget target) {
    try {
      return Stream.of(fromProto(target));
    } catch (FailureException | IllegalArgumentException e) {
      log.error("{} cannot be served: {}", target.getVersion().getName(), e.getMessage());
      return Stream.empty();
    }
  }

  private static WantedTarget fromProto(TrafficTarget target) {
    return new WantedTarget(
        fromProto(target.getVersion()),
        VariantProtos.fromProto(target.getVariant()),
        target.getPercent());
  }

  private static WantedVersion fromProto(ModelVersion version) {
    return new WantedVersion(
        VersionName.parse(version.getName()),
        version.getArtifact(),
        version.hasFeatureBinding()
            ? Optional.of(BindingProtos.fromProto(version.getFeatureBinding()))
            : Optional.empty(),
        VersionConfigProtos.fromProto(version.getConfig()));
  }

  static WantedRelease fromFile(byte[] file) throws IOException {
    return fromProto(Release.parseFrom(file));
  }

  static byte[] toFile(WantedRelease release) {
    return toProto(release).toByteArray();
  }

  private static Release toProto(WantedRelease release) {
    return Release.newBuilder()
        .setName(PREFIX + release.model())
        .setRevision(release.revision())
        .setStopped(release.stopped())
        .addAllTargets(release.targets().stream().map(ReleaseProtos::toProto).toList())
        .build();
  }

  private static TrafficTarget toProto(WantedTarget target) {
    return TrafficTarget.newBuilder()
        .setVersion(toProto(target.version()))
        .setVariant(VariantProtos.toProto(target.variant()))
        .setPercent(target.percent())
        .build();
  }

  private static ModelVersion toProto(WantedVersion version) {
    var proto =
        ModelVersion.newBuilder()
            .setName(version.name().toString())
            .setArtifact(version.artifact())
            .setConfig(VersionConfigProtos.toProto(version.config()));
    version.binding().map(BindingProtos::toProto).ifPresent(proto::setFeatureBinding);
    return proto.build();
  }
}
