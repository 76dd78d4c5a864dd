package io.penstock.conformance.cases;

import static io.penstock.conformance.suite.Section.REQUEST;

import io.penstock.conformance.model.Models;
import io.penstock.conformance.suite.Case;
import io.penstock.conformance.suite.Check;
import io.penstock.conformance.suite.Extension;
import io.penstock.conformance.wire.Datatype;
import io.penstock.conformance.wire.Encoding;
import io.penstock.conformance.wire.InferCall;
import io.penstock.conformance.wire.InferReply.Answered;
import io.penstock.conformance.wire.Server;
import io.penstock.conformance.wire.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What a request says beside its tensors, and what the answer says of it.
final class RequestCases {

  private RequestCases() {}

  static List<Case> all() {
    var cases = new ArrayList<Case>();
    for (var encoding : Encoding.values()) {
      outputs(cases, encoding);
      names(cases, encoding);
      versions(cases, encoding);
      parameters(cases, encoding);
    }
    return cases;
  }

  private static Case simple(String what, Encoding encoding, Case.Body body) {
    return Case.of(REQUEST, "request.%s.%s".formatted(what, encoding.label()), body)
        .in(encoding)
        .with(Models.SIMPLE);
  }

  private static void outputs(List<Case> cases, Encoding encoding) {
    cases.add(
        simple(
            "outputs_absent_means_all",
            encoding,
            server -> both(answer(server, Samples.simple(), encoding))));
    cases.add(
        simple(
            "outputs_subset",
            encoding,
            server -> {
              var answer = answer(server, Samples.simple().output("OUTPUT1"), encoding);
              Check.equal("outputs", List.of("OUTPUT1"), answer.names());
              Check.output(Samples.difference(1), answer);
            }));
    cases.add(
        simple(
            "outputs_all_named",
            encoding,
            server ->
                both(
                    answer(
                        server, Samples.simple().output("OUTPUT0").output("OUTPUT1"), encoding))));
    cases.add(
        simple(
                "outputs_in_the_order_asked",
                encoding,
                server ->
                    Check.equal(
                        "outputs",
                        List.of("OUTPUT1", "OUTPUT0"),
                        answer(
                                server,
                                Samples.simple().output("OUTPUT1").output("OUTPUT0"),
                                encoding)
                            .names()))
            .should());
    cases.add(
        simple(
            "inputs_in_any_order",
            encoding,
            server ->
                both(
                    answer(
                        server,
                        InferCall.of(
                            Models.SIMPLE,
                            Samples.simpleInput("INPUT1", 1, 7),
                            Samples.simpleInput("INPUT0", 1, 100)),
                        encoding))));
    cases.add(
        simple(
            "rows_several",
            encoding,
            server -> {
              var answer = answer(server, Samples.simple(Models.SIMPLE, 5), encoding);
              Check.output(Samples.sum(5), answer);
              Check.output(Samples.difference(5), answer);
            }));
  }

  private static void both(Answered answer) {
    Check.equal("so many outputs:", 2, answer.outputs().size());
    Check.output(Samples.sum(1), answer);
    Check.output(Samples.difference(1), answer);
  }

  private static Answered answer(Server server, InferCall call, Encoding encoding) {
    return Check.answered(server.infer(call, encoding));
  }

  private static void names(List<Case> cases, Encoding encoding) {
    cases.add(
        simple(
            "id_is_echoed",
            encoding,
            server ->
                Check.equal(
                    "id",
                    "Zö \"1\"/2",
                    answer(server, Samples.simple().id("Zö \"1\"/2"), encoding).id())));
    cases.add(
        simple(
            "id_absent_is_not_invented",
            encoding,
            server -> Check.equal("id", "", answer(server, Samples.simple(), encoding).id())));
    cases.add(
        simple(
            "model_is_named",
            encoding,
            server -> {
              var answer = answer(server, Samples.simple(), encoding);
              Check.equal("model_name", Models.SIMPLE, answer.model());
              Check.equal("model_version", "1", answer.version());
            }));
  }

  private static void versions(List<Case> cases, Encoding encoding) {
    cases.add(version("version_pinned_1", encoding, "1", "1", 1_001));
    cases.add(version("version_pinned_2", encoding, "2", "2", 2_001));
    cases.add(version("version_absent_is_the_newest", encoding, "", "2", 2_001).should());
  }

  private static Case version(
      String what, Encoding encoding, String asked, String answered, float value) {
    return Case.of(
            REQUEST,
            "request.%s.%s".formatted(what, encoding.label()),
            server -> {
              var call = InferCall.of(Models.VERSIONS, Samples.fp32(1)).version(asked);
              var answer = answer(server, call, encoding);
              Check.equal("model_version", answered, answer.version());
              Check.output(Samples.output(Samples.fp32(value)), answer);
            })
        .in(encoding)
        .with(Models.VERSIONS);
  }

  private static void parameters(List<Case> cases, Encoding encoding) {
    var others = Map.of("a_string", (Object) "text", "an_integer", 42L, "a_bool", true);
    others.forEach(
        (name, value) ->
            cases.add(
                simple(
                        "parameter_%s_is_taken".formatted(name),
                        encoding,
                        server ->
                            both(answer(server, Samples.simple().parameter(name, value), encoding)))
                    .of(extension(encoding))));
    cases.add(
        simple(
                "parameter_double_is_taken",
                encoding,
                server ->
                    both(answer(server, Samples.simple().parameter("a_double", 0.5), encoding)))
            .of(extension(encoding))
            .should());
    cases.add(
        Case.of(
                REQUEST,
                "request.parameter_of_an_input_is_taken." + encoding.label(),
                server -> {
                  var input = Samples.input(Datatype.FP32, 1, 2);
                  var call =
                      InferCall.of(Models.identity("FP32")).input(input, Map.of("note", "text"));
                  Check.output(Samples.output(input), server.infer(call, encoding));
                })
            .in(encoding)
            .with(Models.identity("FP32")));
    cases.add(
        Case.of(
                REQUEST,
                "request.unbatchable_rows_run_together_only_with_their_own." + encoding.label(),
                server -> centred(server, encoding))
            .in(encoding)
            .with(Models.CENTRED));
  }

  private static Extension extension(Encoding encoding) {
    return encoding == Encoding.REST_BINARY ? Extension.BINARY_TENSOR_DATA : Extension.CORE;
  }

  private static void centred(Server server, Encoding encoding) {
    var input = Samples.input(Datatype.FP32, 2, 2).holding(Values.fp32(1, 2, 3, 4));
    var expected = Samples.output(input.holding(Values.fp32(-1, -1, 1, 1)));
    Check.output(expected, server.infer(InferCall.of(Models.CENTRED, input), encoding));
  }
}
