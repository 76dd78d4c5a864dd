package io.penstock.conformance.cases;

import static io.penstock.conformance.suite.Section.GRPC_FORM;
import static io.penstock.conformance.suite.Section.LIMITS;
import static io.penstock.conformance.wire.Transport.GRPC;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.penstock.conformance.model.Models;
import io.penstock.conformance.suite.Case;
import io.penstock.conformance.suite.Check;
import io.penstock.conformance.wire.Datatype;
import io.penstock.conformance.wire.Encoding;
import io.penstock.conformance.wire.GrpcInference;
import io.penstock.conformance.wire.InferCall;
import io.penstock.conformance.wire.InferReply.Refused;
import io.penstock.conformance.wire.Server;
import io.penstock.conformance.wire.Values;
import io.penstock.proto.oip.InferTensorContents;
import io.penstock.proto.oip.ModelInferRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What can be wrong with the protocol's gRPC messages only.
final class GrpcFormCases {

  private static final int TOO_LARGE = 80 << 20;

  private GrpcFormCases() {}

  static List<Case> all() {
    var cases = new ArrayList<Case>();
    raw(cases);
    texts(cases);
    contents(cases);
    answers(cases);
    cases.add(mistake("empty_message", ModelInferRequest.newBuilder()));
    cases.add(mistake("no_model_name", raw(Samples.identity()).clearModelName()));
    cases.add(
        Case.of(GRPC_FORM, "grpc.gzip", GrpcFormCases::gzip)
            .over(GRPC)
            .with(Models.identity("FP32"))
            .should());
    cases.add(
        Case.of(LIMITS, "limits.message_too_large.grpc", GrpcFormCases::tooLarge)
            .over(GRPC)
            .with(Models.identity("UINT8")));
    return cases;
  }

  private static ModelInferRequest.Builder raw(InferCall call) {
    return GrpcInference.request(call, true);
  }

  private static Case mistake(String what, ModelInferRequest.Builder request) {
    return Case.of(
            GRPC_FORM, "grpc." + what, server -> Check.mistaken(server.infer(request.build())))
        .over(GRPC)
        .with(Models.SIMPLE);
  }

  private static void raw(List<Case> cases) {
    var identity = Samples.identity();
    var full = raw(identity).build();
    var contents = GrpcInference.request(identity, false).build();
    cases.add(
        mistake(
            "both_contents_and_raw",
            contents.toBuilder().addRawInputContents(full.getRawInputContents(0))));
    var simple = raw(Samples.simple()).build();
    var second = simple.toBuilder().clearRawInputContents();
    second.addRawInputContents(simple.getRawInputContents(0));
    cases.add(mistake("raw_for_one_of_two_inputs", second));
    var mixed = second.clone();
    mixed.setInputs(1, GrpcInference.request(Samples.simple(), false).getInputs(1));
    cases.add(mistake("raw_for_one_contents_for_another", mixed));
    cases.add(
        mistake("more_raw_than_inputs", full.toBuilder().addRawInputContents(Values.fp32(1, 2))));
    cases.add(mistake("neither_contents_nor_raw", full.toBuilder().clearRawInputContents()));
    for (int cut : List.of(1, 2, 3, 5, 23)) {
      var bytes = full.getRawInputContents(0);
      cases.add(
          mistake(
              "raw_cut_by_" + cut,
              full.toBuilder().setRawInputContents(0, bytes.substring(0, bytes.size() - cut))));
    }
    cases.add(
        mistake(
            "raw_one_byte_more",
            full.toBuilder()
                .setRawInputContents(0, full.getRawInputContents(0).concat(Values.noise(1)))));
  }

  private static void texts(List<Case> cases) {
    var two = Values.texts("first", "second");
    text(cases, "last_element_cut", two.substring(0, two.size() - 1));
    text(cases, "cut_within_a_length", two.substring(0, 11));
    text(cases, "no_length", ByteString.copyFromUtf8("ab"));
    text(cases, "length_negative", Values.length(-1).concat(two));
    text(cases, "length_huge", Values.length(Integer.MAX_VALUE).concat(two));
    text(cases, "length_of_4_gb", Values.length(-2).concat(two));
    text(cases, "bytes_left_over", two.concat(Values.noise(3)));
    text(cases, "one_element_more", two.concat(Values.texts("third")));
  }

  private static void text(List<Case> cases, String what, ByteString raw) {
    var input = Samples.input(Datatype.BYTES, 1, 2).holding(raw);
    cases.add(
        mistake("bytes." + what, raw(InferCall.of(Models.identity("BYTES"), input)))
            .with(Models.identity("BYTES")));
  }

  /// Values in the field of another datatype, or beyond what the datatype holds.
  private static void contents(List<Case> cases) {
    var fp32 = InferTensorContents.newBuilder().addFp32Contents(1).addFp32Contents(2).build();
    var integers = InferTensorContents.newBuilder().addIntContents(1).addIntContents(2).build();
    for (var type : Datatype.values()) {
      if (type.isReadable()) {
        var wrong = type == Datatype.FP32 ? integers : fp32;
        cases.add(contents("wrong_field." + lower(type), type, wrong));
      }
    }
    cases.add(
        contents(
            "two_fields",
            Datatype.INT32,
            integers.toBuilder().addInt64Contents(1).addInt64Contents(2).build()));
    cases.add(range(Datatype.INT8, 128));
    cases.add(range(Datatype.INT8, -129));
    cases.add(range(Datatype.INT16, 32768));
    cases.add(rangeUnsigned(Datatype.UINT8, 256));
    cases.add(rangeUnsigned(Datatype.UINT16, 65536));
    for (var half : List.of(Datatype.FP16, Datatype.BF16)) {
      cases.add(contents("half_precision_as_contents." + lower(half), half, fp32));
    }
  }

  private static Case range(Datatype type, int value) {
    var contents = InferTensorContents.newBuilder().addIntContents(1).addIntContents(value);
    return contents("%s_of_%d".formatted(lower(type), value), type, contents.build());
  }

  private static Case rangeUnsigned(Datatype type, int value) {
    var contents = InferTensorContents.newBuilder().addUintContents(1).addUintContents(value);
    return contents("%s_of_%d".formatted(lower(type), value), type, contents.build());
  }

  private static Case contents(String what, Datatype type, InferTensorContents contents) {
    var call = InferCall.of(Models.identity(type.name()), Samples.input(type, 1, 2));
    var request = raw(call).clearRawInputContents();
    request.getInputsBuilder(0).setContents(contents);
    return mistake("contents." + what, request).with(Models.identity(type.name()));
  }

  /// Two outputs, two entries; never both forms at once.
  private static void answers(List<Case> cases) {
    cases.add(
        Case.of(GRPC_FORM, "grpc.raw_answer_has_an_entry_an_output", GrpcFormCases::rawAnswer)
            .over(GRPC)
            .with(Models.SIMPLE));
  }

  private static void rawAnswer(Server server) {
    var request = raw(Samples.simple()).build();
    server.note(request.toString());
    var response = server.grpc().modelInfer(request);
    Check.equal("raw_output_contents:", 2, response.getRawOutputContentsCount());
    Check.that(
        response.getOutputsList().stream().noneMatch(output -> output.hasContents()),
        "no contents beside raw_output_contents",
        response);
    Check.equal("bytes", 64, response.getRawOutputContents(0).size());
  }

  private static void gzip(Server server) {
    var request = raw(Samples.identity()).build();
    var response = server.grpc().withCompression("gzip").modelInfer(request);
    Check.output(
        Samples.output(Samples.input(Datatype.FP32, 2, 3)), GrpcInference.answer(response));
  }

  /// Answered or refused, but the connection and the server are still there.
  private static void tooLarge(Server server) {
    var input = Samples.input(Datatype.UINT8, 1, 1).holding(Values.noise(TOO_LARGE));
    var call = InferCall.of(Models.identity("UINT8"), input.shaped(1, TOO_LARGE));
    try {
      var reply = server.infer(call, Encoding.GRPC_RAW);
      if (reply instanceof Refused) {
        Check.mistaken(reply);
      }
    } catch (StatusRuntimeException e) {
      Check.that(false, "an answer or RESOURCE_EXHAUSTED", e);
    }
  }

  private static String lower(Datatype type) {
    return type.name().toLowerCase(Locale.ROOT);
  }
}
