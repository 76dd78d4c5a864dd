package io.penstock.conformance.cases;

import static io.penstock.conformance.suite.Section.ERRORS;
import static io.penstock.conformance.suite.Section.PEERS;

import com.google.protobuf.ByteString;
import io.penstock.conformance.model.Models;
import io.penstock.conformance.suite.Case;
import io.penstock.conformance.suite.Check;
import io.penstock.conformance.suite.Section;
import io.penstock.conformance.wire.Datatype;
import io.penstock.conformance.wire.Encoding;
import io.penstock.conformance.wire.InferCall;
import io.penstock.conformance.wire.InferReply.Refused;
import io.penstock.conformance.wire.Refusal;
import io.penstock.conformance.wire.Server;
import io.penstock.conformance.wire.Tensor;
import io.penstock.conformance.wire.Values;
import java.util.ArrayList;
import java.util.List;

/// Wrong requests in every form: each is refused as the caller's mistake, and the server goes on.
final class ErrorCases {

  private static final long HUGE = 1L << 62;

  private ErrorCases() {}

  static List<Case> all() {
    var cases = new ArrayList<Case>();
    for (var encoding : Encoding.values()) {
      inputs(cases, encoding);
      shapes(cases, encoding);
      values(cases, encoding);
      outputs(cases, encoding);
      names(cases, encoding);
      running(cases, encoding);
      peers(cases, encoding);
    }
    return cases;
  }

  private static void inputs(List<Case> cases, Encoding encoding) {
    var first = Samples.simpleInput("INPUT0", 1, 1);
    var second = Samples.simpleInput("INPUT1", 1, 1);
    cases.add(mistake("no_inputs", encoding, InferCall.of(Models.SIMPLE)));
    cases.add(mistake("missing_input", encoding, InferCall.of(Models.SIMPLE, first)));
    cases.add(
        mistake(
            "unknown_input",
            encoding,
            InferCall.of(Models.SIMPLE, first, second, second.named("INPUT2"))));
    cases.add(
        mistake(
            "unknown_instead_of_known",
            encoding,
            InferCall.of(Models.SIMPLE, first, second.named("input1"))));
    cases.add(
        mistake("duplicate_input", encoding, InferCall.of(Models.SIMPLE, first, second, second)));
    cases.add(
        mistake(
            "input_without_name", encoding, InferCall.of(Models.SIMPLE, first, second.named(""))));
    cases.add(
        mistake(
            "rows_differ",
            encoding,
            InferCall.of(Models.SIMPLE, first, Samples.simpleInput("INPUT1", 2, 1))));
    types(cases, encoding);
  }

  private static void types(List<Case> cases, Encoding encoding) {
    var other = Samples.input(Datatype.FP32, 1, Models.SIMPLE_WIDTH);
    cases.add(
        mistake(
            "wrong_datatype",
            encoding,
            InferCall.of(Models.SIMPLE, other, Samples.simpleInput("INPUT1", 1, 1))));
    cases.add(
        mistake(
            "datatype_of_the_same_width", encoding, identity(Samples.input(Datatype.INT32, 1, 2))));
    cases.add(
        mistake(
            "unknown_datatype",
            encoding,
            identity(Samples.input(Datatype.FP32, 1, 2).typed("FLOAT"))));
    cases.add(
        mistake(
            "datatype_in_lower_case",
            encoding,
            identity(Samples.input(Datatype.FP32, 1, 2).typed("fp32"))));
    cases.add(
        mistake("no_datatype", encoding, identity(Samples.input(Datatype.FP32, 1, 2).typed(""))));
  }

  private static void shapes(List<Case> cases, Encoding encoding) {
    var row = Samples.input(Datatype.FP32, 1, 6);
    cases.add(mistake("rank_too_low", encoding, identity(row.shaped(6))));
    cases.add(mistake("rank_too_high", encoding, identity(row.shaped(1, 2, 3))));
    cases.add(mistake("no_shape", encoding, identity(row.shaped())));
    cases.add(
        mistake(
            "wrong_fixed_dimension",
            encoding,
            InferCall.of(Models.FIXED, Samples.input(Datatype.FP32, 2, 4))));
    cases.add(
        mistake(
            "wrong_number_of_rows",
            encoding,
            InferCall.of(Models.FIXED, Samples.input(Datatype.FP32, 1, 3))));
    cases.add(mistake("negative_dimension", encoding, identity(row.shaped(-1, 6))));
    cases.add(mistake("two_negative_dimensions", encoding, identity(row.shaped(-2, -3))));
    cases.add(mistake("shape_product_overflows", encoding, identity(row.shaped(HUGE, 4))));
    cases.add(
        mistake(
            "shape_product_overflows_to_the_right_number",
            encoding,
            identity(row.shaped((1L << 32) + 1, (1L << 32) + 6))));
    cases.add(mistake("shape_huge", encoding, identity(row.shaped(1, 1L << 40))));
    cases.add(
        mistake(
                "more_rows_than_max_batch_size",
                encoding,
                Samples.simple(Models.SIMPLE, Models.SIMPLE_ROWS + 1))
            .should());
  }

  private static void values(List<Case> cases, Encoding encoding) {
    for (var type : List.of(Datatype.FP32, Datatype.INT64, Datatype.BYTES, Datatype.BOOL)) {
      var full = Samples.input(type, 2, 3);
      var name = type.name().toLowerCase(java.util.Locale.ROOT);
      cases.add(
          mistake("fewer_values." + name, encoding, of(full.holding(Values.sample(type, 5)))));
      cases.add(mistake("more_values." + name, encoding, of(full.holding(Values.sample(type, 7)))));
      cases.add(mistake("no_values." + name, encoding, of(full.holding(ByteString.EMPTY))));
    }
    cases.add(
        mistake(
            "values_in_a_tensor_of_none",
            encoding,
            InferCall.of(Models.PLAIN, Samples.input(Datatype.FP32, 1, 2).shaped(0, 2))));
  }

  private static void outputs(List<Case> cases, Encoding encoding) {
    cases.add(mistake("unknown_output", encoding, Samples.simple().output("OUTPUT9")));
    cases.add(
        mistake(
            "unknown_beside_known_output",
            encoding,
            Samples.simple().output("OUTPUT0").output("OUTPUT9")));
    cases.add(mistake("input_asked_as_output", encoding, Samples.simple().output("INPUT0")));
  }

  private static void names(List<Case> cases, Encoding encoding) {
    var input = Samples.input(Datatype.FP32, 1, 2);
    cases.add(notFound("unknown_model", encoding, InferCall.of("no_such_model", input)));
    cases.add(notFound("unknown_version", encoding, Samples.identity().version("99")));
    cases.add(mistake("version_no_number", encoding, Samples.identity().version("newest")));
    cases.add(
        mistake(
            "version_out_of_range", encoding, Samples.identity().version("99999999999999999999")));
    cases.add(mistake("model_name_as_path", encoding, InferCall.of("..%2f..%2fetc", input)));
    cases.add(mistake("model_name_long", encoding, InferCall.of("m".repeat(2_000), input)));
  }

  /// The model itself fails on these values. Whose fault it is nobody can know; but it is no
  /// answer, and the next request is answered.
  private static void running(List<Case> cases, Encoding encoding) {
    cases.add(
        Case.of(
                ERRORS,
                "errors.model_fails_on_values." + encoding.label(),
                server -> gather(server, encoding))
            .in(encoding)
            .with(Models.GATHER));
  }

  private static void gather(Server server, Encoding encoding) {
    var wrong = Tensor.of("INPUT0", Datatype.INT64, Values.int64(1, 99), 2);
    Check.refused(server.infer(InferCall.of(Models.GATHER, wrong), encoding));
    var right = wrong.holding(Values.int64(1, 3));
    Check.output(
        Tensor.of("OUTPUT0", Datatype.FP32, Values.fp32(10, 30), 2),
        server.infer(InferCall.of(Models.GATHER, right), encoding));
  }

  /// What other servers were seen to get wrong.
  private static void peers(List<Case> cases, Encoding encoding) {
    var one = Tensor.of("INPUT0", Datatype.FP32, Values.fp32(1), 1, 128);
    cases.add(
        mistake(PEERS, "peers.one_value_for_128", encoding, identity(one))
            .with(Models.identity("FP32")));
    var exact =
        Tensor.of("INPUT0", Datatype.INT64, Values.int64((1L << 53) + 1, -(1L << 53) - 1), 1, 2);
    cases.add(
        Case.of(
                PEERS,
                "peers.int64_beyond_double." + encoding.label(),
                server -> Check.output(Samples.output(exact), server.infer(of(exact), encoding)))
            .in(encoding)
            .with(Models.identity("INT64")));
  }

  private static InferCall identity(Tensor input) {
    return InferCall.of(Models.identity("FP32"), input);
  }

  private static InferCall of(Tensor input) {
    return InferCall.of(Models.identity(input.datatype()), input);
  }

  private static Case mistake(String what, Encoding encoding, InferCall call) {
    return mistake(ERRORS, "errors." + what, encoding, call);
  }

  private static Case mistake(Section section, String id, Encoding encoding, InferCall call) {
    return Case.of(
            section,
            id + "." + encoding.label(),
            server -> Check.mistaken(server.infer(call, encoding)))
        .in(encoding)
        .with(Models.SIMPLE);
  }

  private static Case notFound(String what, Encoding encoding, InferCall call) {
    return Case.of(
            ERRORS,
            "errors.%s.%s".formatted(what, encoding.label()),
            server -> notFound(server, call, encoding))
        .in(encoding)
        .with(Models.SIMPLE);
  }

  // Triton answers 400 where the protocol has 404.
  private static void notFound(Server server, InferCall call, Encoding encoding) {
    if (server.infer(call, encoding) instanceof Refused refused) {
      Check.refusedAs(refused, Refusal.NOT_FOUND, Refusal.INVALID);
    } else {
      Check.refused(server.infer(call, encoding));
    }
  }
}
