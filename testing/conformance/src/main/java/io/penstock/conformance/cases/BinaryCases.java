package io.penstock.conformance.cases;

import static io.penstock.conformance.suite.Section.BINARY;
import static io.penstock.conformance.wire.Transport.REST;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.penstock.conformance.model.Models;
import io.penstock.conformance.suite.Case;
import io.penstock.conformance.suite.Check;
import io.penstock.conformance.suite.Extension;
import io.penstock.conformance.wire.Datatype;
import io.penstock.conformance.wire.Encoding;
import io.penstock.conformance.wire.InferCall;
import io.penstock.conformance.wire.InferReply.Refused;
import io.penstock.conformance.wire.RestAnswer;
import io.penstock.conformance.wire.RestInference;
import io.penstock.conformance.wire.RestInference.Body;
import io.penstock.conformance.wire.Server;
import io.penstock.conformance.wire.Tensor;
import io.penstock.conformance.wire.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Tensors in binary behind the JSON.
final class BinaryCases {

  private static final String PATH = "/v2/models/identity_fp32/infer";
  private static final String SIMPLE_PATH = "/v2/models/simple/infer";

  private BinaryCases() {}

  static List<Case> all() {
    var cases = new ArrayList<Case>();
    outputs(cases);
    mixtures(cases);
    plainBody(cases);
    lengths(cases);
    sizes(cases);
    return cases;
  }

  private static Case binary(String what, Case.Body body) {
    return Case.of(BINARY, "binary." + what, body)
        .over(REST)
        .of(Extension.BINARY_TENSOR_DATA)
        .with(Models.SIMPLE, Models.identity("FP32"));
  }

  private static RestAnswer json(Server server, InferCall call) {
    return Check.ok(
        server
            .rest()
            .post(RestInference.path(call), RestInference.body(call, Encoding.REST_FLAT).header()));
  }

  private static boolean isBinary(RestAnswer answer, int index) {
    return header(answer).contains("binary_data_size")
        && RestAnswerOutputs.parameters(header(answer), index).has("binary_data_size");
  }

  private static String header(RestAnswer answer) {
    int length =
        answer
            .header(RestInference.HEADER_LENGTH)
            .map(Integer::parseInt)
            .orElse(answer.body().size());
    return answer.body().substring(0, length).toString(UTF_8);
  }

  private static void outputs(List<Case> cases) {
    cases.add(
        binary(
            "json_in_binary_out",
            server -> {
              var answer = json(server, Samples.simple().parameter("binary_data_output", true));
              Check.that(isBinary(answer, 0) && isBinary(answer, 1), "both outputs binary", answer);
              Check.output(Samples.sum(1), RestInference.reply(answer));
              Check.output(Samples.difference(1), RestInference.reply(answer));
            }));
    cases.add(
        binary(
            "json_in_json_out_by_default",
            server -> {
              var answer = json(server, Samples.simple());
              Check.that(!isBinary(answer, 0) && !isBinary(answer, 1), "no output binary", answer);
            }));
    cases.add(
        binary(
            "one_output_binary",
            server -> {
              var call = Samples.simple().output("OUTPUT0", Map.of("binary_data", true));
              var answer = json(server, call.output("OUTPUT1", Map.of("binary_data", false)));
              Check.that(isBinary(answer, 0) && !isBinary(answer, 1), "OUTPUT0 binary", answer);
              Check.output(Samples.sum(1), RestInference.reply(answer));
              Check.output(Samples.difference(1), RestInference.reply(answer));
            }));
    cases.add(
        binary(
            "output_overrides_the_request",
            server -> {
              var call = Samples.simple().parameter("binary_data_output", true);
              var answer =
                  json(
                      server,
                      call.output("OUTPUT0", Map.of("binary_data", false)).output("OUTPUT1"));
              Check.that(!isBinary(answer, 0) && isBinary(answer, 1), "OUTPUT1 binary", answer);
            }));
    cases.add(binary("answer_headers", BinaryCases::answerHeaders));
    cases.add(binary("bytes_out", BinaryCases::bytesOut).with(Models.identity("BYTES")));
  }

  private static void answerHeaders(Server server) {
    var answer = json(server, Samples.simple().parameter("binary_data_output", true));
    Check.equal(
        "Content-Type",
        "application/octet-stream",
        answer.header("Content-Type").orElse("").replaceAll(";.*", ""));
    Check.that(
        answer.header(RestInference.HEADER_LENGTH).isPresent(),
        RestInference.HEADER_LENGTH,
        answer.headers());
    var length = answer.header("Content-Length");
    Check.that(
        length.isEmpty() || Integer.parseInt(length.get()) == answer.body().size(),
        "Content-Length of the whole",
        length);
  }

  private static void bytesOut(Server server) {
    var input =
        Tensor.of("INPUT0", Datatype.BYTES, Values.texts("", "grün", "x".repeat(300)), 1, 3);
    var call = InferCall.of(Models.identity("BYTES"), input).parameter("binary_data_output", true);
    Check.output(Samples.output(input), RestInference.reply(json(server, call)));
  }

  private static void mixtures(List<Case> cases) {
    cases.add(
        binary(
            "binary_in_json_out",
            server -> {
              var call = Samples.simple().parameter("binary_data_output", false);
              var reply = server.infer(call, Encoding.REST_BINARY);
              Check.output(Samples.sum(1), reply);
            }));
    cases.add(binary("one_input_json_one_binary", server -> mixed(server, false)));
    cases.add(binary("one_input_binary_one_json", server -> mixed(server, true)));
    cases.add(
        binary(
            "json_with_header_length_of_the_whole",
            server -> {
              var body = RestInference.body(Samples.simple(), Encoding.REST_FLAT);
              Check.output(
                  Samples.sum(1),
                  server.binary(SIMPLE_PATH, body, String.valueOf(body.headerLength())));
            }));
    cases.add(binary("data_and_binary_data_size", BinaryCases::both));
  }

  /// One input stands in the JSON, the other behind it.
  private static void mixed(Server server, boolean firstIsBinary) {
    var first = Samples.simpleInput("INPUT0", 1, 100);
    var second = Samples.simpleInput("INPUT1", 1, 7);
    var flat = RestInference.body(Samples.simple(), Encoding.REST_FLAT).header();
    var binary = RestInference.body(Samples.simple(), Encoding.REST_BINARY).header();
    var json = firstIsBinary ? inputs(binary, flat) : inputs(flat, binary);
    var tail = firstIsBinary ? first.raw() : second.raw();
    var body = new Body(json, tail);
    Check.output(
        Samples.sum(1), server.binary(SIMPLE_PATH, body, String.valueOf(body.headerLength())));
  }

  private static String inputs(String first, String second) {
    int split = first.indexOf(",{\"name\":\"INPUT1\"");
    int other = second.indexOf(",{\"name\":\"INPUT1\"");
    var begin = first.substring(first.indexOf("\"inputs\""), split);
    return "{" + begin + second.substring(other);
  }

  private static void both(Server server) {
    var json =
        "{\"inputs\":[{\"name\":\"INPUT0\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2],"
            + "\"parameters\":{\"binary_data_size\":8}}]}";
    refused(server, new Body(json, Values.fp32(3, 4)));
  }

  private static void refused(Server server, Body body) {
    refused(server, body, String.valueOf(body.headerLength()));
  }

  private static void refused(Server server, Body body, String headerLength) {
    Check.mistaken(server.binary(PATH, body, headerLength));
  }

  /// Header length 0: the body is the only input's bytes, of batch 1.
  private static void plainBody(List<Case> cases) {
    cases.add(
        binary(
                "whole_body_is_the_tensor",
                server -> {
                  var body = new Body("", Values.fp32(1, 2, 3));
                  var reply = server.binary(PATH, body, "0");
                  Check.output(Samples.output(Samples.fp32(1, 2, 3)), reply);
                })
            .should());
    cases.add(
        binary(
            "whole_body_for_two_inputs",
            server ->
                Check.mistaken(server.binary(SIMPLE_PATH, new Body("", Values.noise(64)), "0"))));
    cases.add(
        binary(
            "whole_body_of_a_broken_length",
            server -> refused(server, new Body("", Values.noise(7)), "0")));
    cases.add(binary("whole_body_empty", BinaryCases::emptyBody));
  }

  /// No bytes are a row of no values, or a mistake.
  private static void emptyBody(Server server) {
    var reply = server.binary(PATH, new Body("", ByteString.EMPTY), "0");
    if (reply instanceof Refused) {
      Check.mistaken(reply);
    } else {
      Check.output(Tensor.of("OUTPUT0", Datatype.FP32, ByteString.EMPTY, 1, 0), reply);
    }
  }

  private static Body right() {
    return RestInference.body(Samples.identity(), Encoding.REST_BINARY);
  }

  private static void lengths(List<Case> cases) {
    int length = right().headerLength();
    var wrong =
        Map.of(
            "too_large", "1000000",
            "beyond_int", "99999999999",
            "beyond_long", "99999999999999999999999",
            "negative", "-1",
            "no_number", "many",
            "hexadecimal", "0x10",
            "one_short", String.valueOf(length - 1),
            "one_long", String.valueOf(length + 1),
            "with_fraction", length + ".0",
            "half", String.valueOf(length / 2));
    wrong.forEach(
        (what, value) ->
            cases.add(binary("header_length_" + what, server -> refused(server, right(), value))));
    cases.add(binary("header_length_missing", BinaryCases::withoutLength));
  }

  private static void withoutLength(Server server) {
    var headers = Map.of("Content-Type", "application/octet-stream");
    Check.clientError(server.rest().send("POST", PATH, headers, right().bytes()));
  }

  private static void sizes(List<Case> cases) {
    for (var size :
        List.of("23", "25", "0", "-1", "\"24\"", "24.5", "true", "null", "4294967296", "9e18")) {
      var name = size.replaceAll("[^0-9a-z]", "_");
      cases.add(binary("size_is_" + name + "_not_24", server -> refused(server, sized(size))));
    }
    cases.add(
        binary(
            "size_right_but_bytes_missing",
            server -> refused(server, new Body(right().header(), Values.noise(20)))));
    cases.add(
        binary(
            "bytes_left_over",
            server ->
                refused(
                    server, new Body(right().header(), right().tail().concat(Values.noise(4))))));
    cases.add(
        binary(
            "size_huge_declared",
            server -> {
              var json =
                  "{\"inputs\":[{\"name\":\"INPUT0\",\"shape\":[1,536870912],\"datatype\":\"FP32\","
                      + "\"parameters\":{\"binary_data_size\":2147483648}}]}";
              refused(server, new Body(json, Values.noise(16)));
            }));
    cases.add(binary("second_input_missing", BinaryCases::secondMissing));
  }

  private static Body sized(String size) {
    var header =
        right().header().replace("\"binary_data_size\":24", "\"binary_data_size\":" + size);
    return new Body(header, right().tail());
  }

  private static void secondMissing(Server server) {
    var body = RestInference.body(Samples.simple(), Encoding.REST_BINARY);
    var cut = new Body(body.header(), body.tail().substring(0, 64));
    Check.mistaken(server.binary(SIMPLE_PATH, cut, String.valueOf(cut.headerLength())));
  }
}
