package io.penstock.registry.benchmark;

import com.google.protobuf.Duration;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.registry.v1.BenchmarkClaim;
import io.penstock.proto.registry.v1.ClaimBenchmarkRunResponse;
import io.penstock.proto.registry.v1.RenewBenchmarkClaimResponse;
import io.penstock.registry.Limits;
import io.penstock.registry.Times;
import java.time.Instant;
import java.util.Optional;

/// Claims on the wire.
final class ClaimProtos {

  private static final java.time.Duration USUAL = java.time.Duration.ofMinutes(1);
  private static final java.time.Duration SHORTEST = java.time.Duration.ofSeconds(1);
  private static final java.time.Duration LONGEST = java.time.Duration.ofMinutes(10);

  private ClaimProtos() {}

  /// How long a claim is to hold.
  ///
  /// @param given the default instance for the usual time
  static java.time.Duration duration(Duration given) {
    if (given.equals(Duration.getDefaultInstance())) {
      return USUAL;
    }
    var duration = Times.duration(given);
    if (duration.compareTo(SHORTEST) < 0 || duration.compareTo(LONGEST) > 0) {
      throw InvalidArguments.of(
          "duration", "was %s, expected %s to %s".formatted(duration, SHORTEST, LONGEST));
    }
    return duration;
  }

  static String reason(String given) {
    var problems = new InvalidArguments();
    Limits.text(problems, "reason", given, Limits.COMMENT);
    problems.throwIfAny();
    return given;
  }

  static ClaimBenchmarkRunResponse toProto(Optional<Claim> claim) {
    var response = ClaimBenchmarkRunResponse.newBuilder();
    claim.map(ClaimProtos::toProto).ifPresent(response::setClaim);
    return response.build();
  }

  private static BenchmarkClaim toProto(Claim claim) {
    return BenchmarkClaim.newBuilder()
        .setRun(MeasurementProtos.toProto(claim.run()))
        .setToken(claim.token())
        .setExpireTime(Times.toProto(claim.expireTime()))
        .setAttempt(claim.attempt())
        .build();
  }

  static RenewBenchmarkClaimResponse renewed(Instant until) {
    return RenewBenchmarkClaimResponse.newBuilder().setExpireTime(Times.toProto(until)).build();
  }
}
