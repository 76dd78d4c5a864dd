package io.penstock.monitoring.canary;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Durations;
import io.penstock.proto.registry.v1.Release;
import java.time.Duration;
import java.util.Optional;

/// Bandits on the wire, and as they are stored. The registry sends every default filled in.
final class BanditProtos {

  private BanditProtos() {}

  static Optional<Bandit> fromProto(Release release) {
    return release.hasBandit() ? Optional.of(fromProto(release.getBandit())) : Optional.empty();
  }

  private static Bandit fromProto(io.penstock.proto.registry.v1.Bandit proto) {
    return new Bandit(
        proto.getPriorSuccesses(),
        proto.getPriorFailures(),
        proto.getMinShare(),
        proto.hasHalfLife()
            ? Optional.of(
                Duration.ofSeconds(
                    proto.getHalfLife().getSeconds(), proto.getHalfLife().getNanos()))
            : Optional.empty());
  }

  static byte[] toBytes(Bandit bandit) {
    var proto =
        io.penstock.proto.registry.v1.Bandit.newBuilder()
            .setPriorSuccesses(bandit.priorSuccesses())
            .setPriorFailures(bandit.priorFailures())
            .setMinShare(bandit.minShare());
    bandit
        .halfLife()
        .ifPresent(halfLife -> proto.setHalfLife(Durations.fromNanos(halfLife.toNanos())));
    return proto.build().toByteArray();
  }

  static Bandit fromBytes(byte[] stored) {
    try {
      return fromProto(io.penstock.proto.registry.v1.Bandit.parseFrom(stored));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("stored bandit is no Bandit", e);
    }
  }
}
