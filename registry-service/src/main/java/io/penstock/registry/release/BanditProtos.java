package io.penstock.registry.release;

import com.google.protobuf.util.Durations;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.registry.StoredProtos;
import io.penstock.registry.Times;
import java.util.Optional;

/// Bandits on the wire, and as they are stored.
final class BanditProtos {

  private static final double DEFAULT_PRIOR = 1;
  private static final double DEFAULT_MIN_SHARE = 0.05;

  private BanditProtos() {}

  static void check(InvalidArguments problems, io.penstock.proto.registry.v1.Bandit bandit) {
    count(problems, "prior_successes", bandit.getPriorSuccesses());
    count(problems, "prior_failures", bandit.getPriorFailures());
    problems.addIf(
        !(bandit.getMinShare() >= 0 && bandit.getMinShare() <= 0.5),
        "bandit.min_share",
        "was %s, expected 0 to 0.5".formatted(bandit.getMinShare()));
    problems.addIf(
        bandit.hasHalfLife()
            && !(Durations.isValid(bandit.getHalfLife())
                && Durations.isPositive(bandit.getHalfLife())),
        "bandit.half_life",
        "expected more than 0s");
  }

  private static void count(InvalidArguments problems, String field, double value) {
    problems.addIf(
        !(value >= 0 && value <= 1e9),
        "bandit." + field,
        "was %s, expected 0 to 1e9".formatted(value));
  }

  /// The bandit with every default filled in.
  static Bandit fromProto(io.penstock.proto.registry.v1.Bandit proto) {
    return new Bandit(
        proto.getPriorSuccesses() == 0 ? DEFAULT_PRIOR : proto.getPriorSuccesses(),
        proto.getPriorFailures() == 0 ? DEFAULT_PRIOR : proto.getPriorFailures(),
        proto.getMinShare() == 0 ? DEFAULT_MIN_SHARE : proto.getMinShare(),
        proto.hasHalfLife() ? Optional.of(Times.duration(proto.getHalfLife())) : Optional.empty());
  }

  static io.penstock.proto.registry.v1.Bandit toProto(Bandit bandit) {
    var proto =
        io.penstock.proto.registry.v1.Bandit.newBuilder()
            .setPriorSuccesses(bandit.priorSuccesses())
            .setPriorFailures(bandit.priorFailures())
            .setMinShare(bandit.minShare());
    bandit.halfLife().ifPresent(halfLife -> proto.setHalfLife(Times.toProto(halfLife)));
    return proto.build();
  }

  static byte[] bytes(Bandit bandit) {
    return toProto(bandit).toByteArray();
  }

  static Bandit fromBytes(byte[] stored) {
    return fromProto(StoredProtos.parse(io.penstock.proto.registry.v1.Bandit.parser(), stored));
  }
}
