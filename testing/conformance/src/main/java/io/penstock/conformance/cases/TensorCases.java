package io.penstock.conformance.cases;

import static io.penstock.conformance.suite.Section.LIMITS;
import static io.penstock.conformance.suite.Section.TENSORS;

import com.google.protobuf.ByteString;
import io.penstock.conformance.model.Models;
import io.penstock.conformance.suite.Case;
import io.penstock.conformance.suite.Check;
import io.penstock.conformance.wire.Datatype;
import io.penstock.conformance.wire.Encoding;
import io.penstock.conformance.wire.InferCall;
import io.penstock.conformance.wire.InferReply.Refused;
import io.penstock.conformance.wire.Server;
import io.penstock.conformance.wire.Tensor;
import io.penstock.conformance.wire.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Every datatype, shape and odd value through an identity model and back, in every form.
final class TensorCases {

  private static final int MEGA = 1 << 20;
  private static final String NOT_UTF8 = "not_utf8";

  private static final Map<String, ByteString> TEXTS =
      Map.of(
          "empty", Values.texts("", "a", "", ""),
          "unicode", Values.texts("grüße", "日本語", "\u200d", "e\u0301"),
          "quotes", Values.texts("\"", "\\", "\n\t\r", "</script>"),
          "long", Values.texts("x".repeat(100_000), "y", "z".repeat(70_000), ""),
          "looks_like_numbers", Values.texts("1", "null", "true", "[1]"));

  private static final Map<String, ByteString> BLOBS =
      Map.of(
          "nul",
          Values.texts("a\0b", "\0", "\0\0", "end\0"),
          "beyond_u_ffff",
          Values.texts("🚀", "𝄞 clef", "a", "👩‍🚀"),
          NOT_UTF8,
          Values.elements(
              List.of(
                  ByteString.copyFrom(new byte[] {(byte) 0xff, (byte) 0xfe}),
                  ByteString.copyFrom(new byte[] {(byte) 0x80}),
                  Values.noise(1_000),
                  Values.text("text"))));

  private TensorCases() {}

  static List<Case> all() {
    var cases = new ArrayList<Case>();
    for (var type : Datatype.values()) {
      for (var encoding : Encoding.of(type)) {
        cases.add(identity("datatype." + lower(type), encoding, Samples.input(type, 2, 3)));
      }
    }
    shapes(cases);
    empty(cases);
    extremes(cases);
    numbers(cases);
    bools(cases);
    texts(cases);
    big(cases);
    return cases;
  }

  private static Case identity(String what, Encoding encoding, Tensor input) {
    return same(what, encoding, Models.identity(input.datatype()), input);
  }

  private static Case same(String what, Encoding encoding, String model, Tensor input) {
    return Case.of(
            TENSORS,
            "infer.%s.%s".formatted(what, encoding.label()),
            server ->
                Check.output(
                    Samples.output(input), server.infer(InferCall.of(model, input), encoding)))
        .in(encoding)
        .with(model);
  }

  private static void shapes(List<Case> cases) {
    for (var encoding : Encoding.values()) {
      cases.add(shape("one_value", encoding, Models.identity("FP32"), 1, 1));
      cases.add(shape("row", encoding, Models.identity("FP32"), 1, 17));
      cases.add(shape("column", encoding, Models.identity("FP32"), 17, 1));
      cases.add(shape("matrix", encoding, Models.identity("FP32"), 13, 31));
      cases.add(shape("most_rows", encoding, Models.identity("FP32"), 64, 3));
      cases.add(shape("rank4", encoding, Models.RANK4, 2, 3, 4, 5));
      cases.add(shape("rank4_ones", encoding, Models.RANK4, 1, 1, 1, 1));
      cases.add(shape("fixed", encoding, Models.FIXED, 2, 3));
      cases.add(shape("unbatched", encoding, Models.PLAIN, 100, 2));
      cases.add(shape("scalar", encoding, Models.SCALAR));
      cases.add(shape("bytes_matrix", encoding, Models.identity("BYTES"), Datatype.BYTES, 5, 7));
      cases.add(shape("int64_matrix", encoding, Models.identity("INT64"), Datatype.INT64, 5, 7));
    }
  }

  private static Case shape(String name, Encoding encoding, String model, long... shape) {
    return shape(name, encoding, model, Datatype.FP32, shape);
  }

  private static Case shape(
      String name, Encoding encoding, String model, Datatype type, long... shape) {
    return same("shape." + name, encoding, model, Samples.input(type, shape));
  }

  /// A tensor without values is answered as such, or refused: anything else is invented.
  private static void empty(List<Case> cases) {
    for (var encoding : Encoding.values()) {
      cases.add(empty("no_rows", encoding, Models.PLAIN, 0, 3));
      cases.add(empty("no_columns", encoding, Models.PLAIN, 3, 0));
      cases.add(empty("nothing_at_all", encoding, Models.RANK4, 2, 0, 0, 3));
      cases.add(emptyAnswered(encoding).should());
    }
  }

  private static Case empty(String name, Encoding encoding, String model, long... shape) {
    var input = Samples.input(Datatype.FP32, shape);
    return Case.of(
            TENSORS,
            "infer.empty.%s.%s".formatted(name, encoding.label()),
            server -> emptyOrMistake(server, InferCall.of(model, input), input, encoding))
        .in(encoding)
        .with(model);
  }

  private static void emptyOrMistake(
      Server server, InferCall call, Tensor input, Encoding encoding) {
    var reply = server.infer(call, encoding);
    if (reply instanceof Refused) {
      Check.mistaken(reply);
    } else {
      Check.output(Samples.output(input), reply);
    }
  }

  private static Case emptyAnswered(Encoding encoding) {
    return same("empty.answered", encoding, Models.PLAIN, Samples.input(Datatype.FP32, 3, 0));
  }

  private static void extremes(List<Case> cases) {
    for (var type : Datatype.values()) {
      if (!type.isInteger()) {
        continue;
      }
      var input = Tensor.of("INPUT0", type, extremes(type), 1, 4);
      for (var encoding : Encoding.of(type)) {
        cases.add(identity("extremes." + lower(type), encoding, input));
      }
    }
  }

  private static ByteString extremes(Datatype type) {
    long most = type.isUnsigned() ? -1L : Long.MAX_VALUE >>> (64 - 8 * type.width());
    return Values.integers(type, most, type.isUnsigned() ? 0 : -most - 1, 1, most - 1);
  }

  private static void numbers(List<Case> cases) {
    var singles =
        Values.fp32(
            Float.MAX_VALUE, Float.MIN_VALUE, -0f, 1.17549435e-38f, 0.1f, -1e-40f, 16777217, 3e38f);
    var doubles =
        Values.fp64(
            Double.MAX_VALUE, Double.MIN_VALUE, -0.0, 0.1, 1e-310, 9007199254740993.0, -1e308, 1);
    for (var encoding : Encoding.values()) {
      cases.add(
          identity("numbers.fp32", encoding, Tensor.of("INPUT0", Datatype.FP32, singles, 1, 8)));
      cases.add(
          identity("numbers.fp64", encoding, Tensor.of("INPUT0", Datatype.FP64, doubles, 1, 8)));
    }
    var odd = Values.fp32(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1);
    var oddDoubles = Values.fp64(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1);
    for (var encoding : List.of(Encoding.GRPC_CONTENTS, Encoding.GRPC_RAW, Encoding.REST_BINARY)) {
      cases.add(identity("nan.fp32", encoding, Tensor.of("INPUT0", Datatype.FP32, odd, 1, 4)));
      cases.add(
          identity("nan.fp64", encoding, Tensor.of("INPUT0", Datatype.FP64, oddDoubles, 1, 4)));
    }
    // NaN, infinity, the least number and -0 in half precision: bits must come back as they went.
    var half = Values.integers(Datatype.FP16, 0x7e00, 0x7c00, 0x0001, 0x8000);
    var brain = Values.integers(Datatype.BF16, 0x7fc0, 0x7f80, 0x0001, 0x8000);
    for (var encoding : List.of(Encoding.GRPC_RAW, Encoding.REST_BINARY)) {
      cases.add(identity("numbers.fp16", encoding, Tensor.of("INPUT0", Datatype.FP16, half, 1, 4)));
      cases.add(
          identity("numbers.bf16", encoding, Tensor.of("INPUT0", Datatype.BF16, brain, 1, 4)));
    }
  }

  /// Bytes other than 0 and 1 are true, or refused; a server must not hand them to others as they
  /// are.
  private static void bools(List<Case> cases) {
    var odd =
        Tensor.of("INPUT0", Datatype.BOOL, Values.integers(Datatype.BOOL, 0, 2, 255, 1), 1, 4);
    var truth = odd.holding(Values.integers(Datatype.BOOL, 0, 1, 1, 1));
    for (var encoding : List.of(Encoding.GRPC_RAW, Encoding.REST_BINARY)) {
      cases.add(
          Case.of(
                  TENSORS,
                  "infer.bool_bytes_of_all_kinds." + encoding.label(),
                  server ->
                      emptyOrMistake(server, InferCall.of("identity_bool", odd), truth, encoding))
              .in(encoding)
              .with("identity_bool")
              .should());
    }
  }

  private static void texts(List<Case> cases) {
    for (var encoding : Encoding.values()) {
      TEXTS.forEach((name, raw) -> cases.add(text(name, encoding, raw)));
    }
    for (var encoding : Encoding.values()) {
      // ONNX Runtime takes strings, not bytes, so servers of it may refuse these.
      BLOBS.forEach(
          (name, raw) -> {
            if (!encoding.isJson() || !name.equals(NOT_UTF8)) {
              cases.add(text(name, encoding, raw).should());
              cases.add(textOrMistake(name, encoding, raw));
            }
          });
    }
  }

  private static Case text(String name, Encoding encoding, ByteString raw) {
    return identity("bytes." + name, encoding, Tensor.of("INPUT0", Datatype.BYTES, raw, 2, 2));
  }

  /// Other bytes than were sent are worse than none.
  private static Case textOrMistake(String name, Encoding encoding, ByteString raw) {
    var input = Tensor.of("INPUT0", Datatype.BYTES, raw, 2, 2);
    return Case.of(
            TENSORS,
            "infer.bytes.%s_or_refused.%s".formatted(name, encoding.label()),
            server ->
                emptyOrMistake(server, InferCall.of("identity_bytes", input), input, encoding))
        .in(encoding)
        .with("identity_bytes");
  }

  private static void big(List<Case> cases) {
    for (var encoding : Encoding.values()) {
      // As JSON a value takes some 10 bytes, so fewer make a body of a similar size.
      int values = encoding.isJson() ? MEGA / 8 : MEGA / 2;
      cases.add(big("fp32", encoding, Samples.input(Datatype.FP32, 4, values / 4)));
    }
    for (var encoding : List.of(Encoding.GRPC_RAW, Encoding.REST_BINARY)) {
      cases.add(big("fp32_8mb", encoding, Samples.input(Datatype.FP32, 8, MEGA / 4)).should());
      cases.add(big("uint8", encoding, Samples.input(Datatype.UINT8, 2, MEGA)));
      cases.add(big("bytes", encoding, Samples.input(Datatype.BYTES, 10, 10_000)));
    }
  }

  private static Case big(String name, Encoding encoding, Tensor input) {
    return Case.of(
            LIMITS,
            "limits.big_tensor.%s.%s".formatted(name, encoding.label()),
            server ->
                Check.output(
                    Samples.output(input),
                    server.infer(InferCall.of(Models.identity(input.datatype()), input), encoding)))
        .in(encoding)
        .with(Models.identity(input.datatype()));
  }

  private static String lower(Datatype type) {
    return type.name().toLowerCase(Locale.ROOT);
  }
}
