package io.penstock.conformance.suite;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.penstock.conformance.wire.Datatype;
import io.penstock.conformance.wire.GrpcInference;
import io.penstock.conformance.wire.InferReply;
import io.penstock.conformance.wire.InferReply.Answered;
import io.penstock.conformance.wire.InferReply.Refused;
import io.penstock.conformance.wire.Refusal;
import io.penstock.conformance.wire.RestAnswer;
import io.penstock.conformance.wire.Tensor;
import io.penstock.conformance.wire.Values;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/// What cases expect.
public final class Check {

  private Check() {}

  public static void that(boolean holds, String expected, Object got) {
    if (!holds) {
      throw new Mismatch(expected, got);
    }
  }

  public static void equal(String what, Object expected, Object got) {
    that(Objects.equals(expected, got), what + " " + expected, got);
  }

  public static Answered answered(InferReply reply) {
    if (reply instanceof Answered answered) {
      return answered;
    }
    throw new Mismatch("an answer", reply);
  }

  public static Refused refused(InferReply reply) {
    if (reply instanceof Refused refused) {
      that(refused.wellFormed(), "a refusal that says why, over REST {\"error\": string}", refused);
      return refused;
    }
    throw new Mismatch("a refusal", reply);
  }

  /// Refused, and told as the caller's mistake.
  public static Refused mistaken(InferReply reply) {
    var refused = refused(reply);
    that(
        refused.kind().isCallersMistake(),
        "a refusal that is the caller's mistake (INVALID_ARGUMENT, NOT_FOUND; 4xx)",
        refused);
    return refused;
  }

  public static void refusedAs(InferReply reply, Refusal... kinds) {
    var refused = refused(reply);
    that(Set.of(kinds).contains(refused.kind()), "one of " + Set.of(kinds), refused);
  }

  /// An output that is exactly this.
  public static void output(Tensor expected, InferReply reply) {
    var answer = answered(reply);
    var got =
        answer
            .output(expected.name())
            .orElseThrow(() -> new Mismatch("an output " + expected.name(), answer.names()));
    that(same(expected, got), expected.toString(), got);
  }

  private static boolean same(Tensor expected, Tensor got) {
    return expected.datatype().equals(got.datatype())
        && expected.shape().equals(got.shape())
        && (expected.raw().equals(got.raw()) || sameNumbers(expected, got));
  }

  // A NaN is a NaN, whatever its payload.
  private static boolean sameNumbers(Tensor expected, Tensor got) {
    if (!Set.of("FP32", "FP64").contains(expected.datatype())
        || expected.raw().size() != got.raw().size()) {
      return false;
    }
    var left = Values.split(expected.datatype(), expected.raw());
    var right = Values.split(got.datatype(), got.raw());
    for (int i = 0; i < left.size(); i++) {
      boolean bothNaN = isNaN(left.get(i)) && isNaN(right.get(i));
      if (!left.get(i).equals(right.get(i)) && !bothNaN) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNaN(ByteString element) {
    var in = element.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    return element.size() == Datatype.FP32.width()
        ? Float.isNaN(in.getFloat())
        : Double.isNaN(in.getDouble());
  }

  /// An HTTP answer of 200.
  public static RestAnswer ok(RestAnswer answer) {
    that(answer.status() == 200, "HTTP 200", answer);
    return answer;
  }

  /// An HTTP answer of 4xx in the protocol's form.
  public static void clientError(RestAnswer answer) {
    that(answer.status() >= 400 && answer.status() < 500, "HTTP 4xx", answer);
    that(answer.error().isPresent(), "{\"error\": string}", answer);
  }

  /// An HTTP answer of 4xx, or 501, in the protocol's form.
  public static void clientErrorOrUnsupported(RestAnswer answer) {
    that(
        answer.status() >= 400 && (answer.status() < 500 || answer.status() == 501),
        "HTTP 4xx or 501",
        answer);
    that(answer.error().isPresent(), "{\"error\": string}", answer);
  }

  /// How a gRPC call is refused.
  public static Refused refusal(Supplier<?> call) {
    try {
      throw new Mismatch("a refusal", call.get());
    } catch (StatusRuntimeException e) {
      return GrpcInference.refusal(e);
    }
  }

  public static void refusedAs(Supplier<?> call, Refusal... kinds) {
    var refused = refusal(call);
    that(Set.of(kinds).contains(refused.kind()), "one of " + Set.of(kinds), refused);
  }

  public static void mistaken(Supplier<?> call) {
    var refused = refusal(call);
    that(refused.kind().isCallersMistake(), "a refusal that is the caller's mistake", refused);
  }
}
