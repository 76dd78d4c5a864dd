package io.penstock.conformance.cases;

import static io.penstock.conformance.suite.Section.JSON_FORM;
import static io.penstock.conformance.suite.Section.PEERS;
import static io.penstock.conformance.wire.Transport.REST;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.penstock.conformance.model.Models;
import io.penstock.conformance.suite.Case;
import io.penstock.conformance.suite.Check;
import io.penstock.conformance.suite.Mismatch;
import io.penstock.conformance.wire.Datatype;
import io.penstock.conformance.wire.Encoding;
import io.penstock.conformance.wire.InferCall;
import io.penstock.conformance.wire.RestAnswer;
import io.penstock.conformance.wire.RestInference;
import io.penstock.conformance.wire.Server;
import io.penstock.conformance.wire.Tensor;
import io.penstock.conformance.wire.Values;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What can be right and wrong with JSON: its syntax, its members, its values.
final class JsonFormCases {

  private static final String PATH = "/v2/models/identity_fp32/infer";
  private static final String RIGHT =
      "{\"inputs\":[{\"name\":\"INPUT0\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}]}";

  private JsonFormCases() {}

  static List<Case> all() {
    var cases = new ArrayList<Case>();
    right(cases);
    syntax(cases);
    members(cases);
    values(cases);
    ranges(cases);
    nesting(cases);
    answers(cases);
    return cases;
  }

  private static Case wrong(String what, String json) {
    return wrong(what, json.getBytes(UTF_8));
  }

  private static Case wrong(String what, byte[] json) {
    return Case.of(
            JSON_FORM, "json." + what, server -> Check.clientError(server.rest().post(PATH, json)))
        .over(REST)
        .with(Models.identity("FP32"));
  }

  /// Wrong, yet a reader that is lenient harms nobody with it.
  private static Case wrongUnlessRead(String what, String json) {
    return Case.of(JSON_FORM, "json." + what, server -> lenient(server.rest().post(PATH, json)))
        .over(REST)
        .with(Models.identity("FP32"));
  }

  private static void lenient(RestAnswer answer) {
    if (answer.status() == 200) {
      Check.output(Samples.output(Samples.fp32(1, 2)), RestInference.reply(answer));
    } else {
      Check.clientError(answer);
    }
  }

  private static Case right(String what, String json) {
    return Case.of(
            JSON_FORM,
            "json.right." + what,
            server ->
                Check.output(
                    Samples.output(Samples.fp32(1, 2)),
                    RestInference.reply(Check.ok(server.rest().post(PATH, json)))))
        .over(REST)
        .with(Models.identity("FP32"));
  }

  private static void right(List<Case> cases) {
    cases.add(right("plain", RIGHT));
    cases.add(
        right("white_space", "\n\t" + RIGHT.replace(",", " ,\r\n ").replace(":", " : ") + "\n"));
    cases.add(
        right(
            "data_before_datatype_and_shape",
            "{\"inputs\":[{\"data\":[1,2],\"datatype\":\"FP32\",\"shape\":[1,2],\"name\":\"INPUT0\"}]}"));
    cases.add(right("exponents", RIGHT.replace("[1,2]}", "[1e0,0.2E1]}")));
    cases.add(right("fractions", RIGHT.replace("[1,2]}", "[1.0,2.000]}")));
    cases.add(right("escaped_names", RIGHT.replace("INPUT0", "\\u0049NPUT0")));
    cases.add(
        right("empty_parameters", RIGHT.replace("{\"inputs\"", "{\"parameters\":{},\"inputs\"")));
    cases.add(right("empty_id", RIGHT.replace("{\"inputs\"", "{\"id\":\"\",\"inputs\"")));
    cases.add(right("empty_outputs", RIGHT.replace("{\"inputs\"", "{\"outputs\":[],\"inputs\"")));
    cases.add(right("nested_deeper_rows", RIGHT.replace("\"data\":[1,2]", "\"data\":[[1,2]]")));
    cases.add(
        right(
                "unknown_member_is_skipped",
                RIGHT.replace("{\"inputs\"", "{\"later\":{\"a\":[1]},\"inputs\""))
            .should());
    cases.add(
        right(
                "unknown_member_of_an_input_is_skipped",
                RIGHT.replace("\"shape\"", "\"later\":[{}],\"shape\""))
            .should());
  }

  private static void syntax(List<Case> cases) {
    cases.add(wrong("empty_body", ""));
    cases.add(wrong("white_space_only", "  \n"));
    cases.add(wrong("no_json", "hello"));
    cases.add(wrong("array", "[" + RIGHT + "]"));
    cases.add(wrong("string", "\"inputs\""));
    cases.add(wrong("null", "null"));
    cases.add(wrong("number", "42"));
    for (int cut : List.of(1, 2, 3, 10, 40)) {
      cases.add(wrong("cut_by_" + cut, RIGHT.substring(0, RIGHT.length() - cut)));
    }
    cases.add(wrong("two_values", RIGHT + RIGHT));
    cases.add(wrong("text_behind", RIGHT + " and more"));
    cases.add(wrong("brackets_mixed", RIGHT.replace("]}]}", "}]]}")));
    cases.add(wrong("control_characters", "\0\1\2" + RIGHT));
    cases.add(
        wrong(
                "latin_1",
                RIGHT.replace("{\"inputs\"", "{\"id\":\"ü\",\"inputs\"").getBytes(ISO_8859_1))
            .should());
    cases.add(wrongUnlessRead("single_quotes", RIGHT.replace('"', '\'')));
    cases.add(wrongUnlessRead("comments", "/* x */" + RIGHT));
    cases.add(wrongUnlessRead("trailing_comma", RIGHT.replace("2]}]", "2],}]")));
    cases.add(wrongUnlessRead("unquoted_names", RIGHT.replace("\"name\"", "name")));
    cases.add(wrongUnlessRead("byte_order_mark", "\uFEFF" + RIGHT));
    cases.add(wrongUnlessRead("plus_sign", RIGHT.replace("[1,2]}", "[+1,2]}")));
    cases.add(wrongUnlessRead("leading_zero", RIGHT.replace("[1,2]}", "[01,2]}")));
    cases.add(
        wrongUnlessRead(
            "lone_surrogate", RIGHT.replace("{\"inputs\"", "{\"id\":\"\\ud800\",\"inputs\"")));
  }

  private static void members(List<Case> cases) {
    cases.add(wrong("no_members", "{}"));
    cases.add(wrong("inputs_missing", "{\"id\":\"1\"}"));
    cases.add(wrong("inputs_empty", "{\"inputs\":[]}"));
    cases.add(wrong("inputs_null", "{\"inputs\":null}"));
    cases.add(wrong("inputs_object", "{\"inputs\":{}}"));
    cases.add(wrong("inputs_of_numbers", "{\"inputs\":[1]}"));
    cases.add(wrong("inputs_of_null", "{\"inputs\":[null]}"));
    cases.add(wrong("name_missing", RIGHT.replace("\"name\":\"INPUT0\",", "")));
    cases.add(wrong("shape_missing", RIGHT.replace("\"shape\":[1,2],", "")));
    cases.add(wrong("datatype_missing", RIGHT.replace("\"datatype\":\"FP32\",", "")));
    cases.add(wrong("data_missing", RIGHT.replace(",\"data\":[1,2]", "")));
    cases.add(wrong("name_number", RIGHT.replace("\"INPUT0\"", "0")));
    cases.add(wrong("shape_number", RIGHT.replace("\"shape\":[1,2]", "\"shape\":2")));
    cases.add(
        wrong("shape_of_strings", RIGHT.replace("\"shape\":[1,2]", "\"shape\":[\"a\",\"b\"]")));
    cases.add(wrong("shape_with_fraction", RIGHT.replace("\"shape\":[1,2]", "\"shape\":[1,2.5]")));
    cases.add(wrong("shape_with_null", RIGHT.replace("\"shape\":[1,2]", "\"shape\":[1,null]")));
    cases.add(
        wrong(
            "shape_beyond_int64",
            RIGHT.replace("\"shape\":[1,2]", "\"shape\":[1,18446744073709551618]")));
    cases.add(wrong("datatype_number", RIGHT.replace("\"FP32\"", "32")));
    cases.add(
        wrong("parameters_array", RIGHT.replace("{\"inputs\"", "{\"parameters\":[],\"inputs\"")));
    cases.add(
        wrong(
                "parameters_nested",
                RIGHT.replace("{\"inputs\"", "{\"parameters\":{\"a\":{\"b\":1}},\"inputs\""))
            .should());
    cases.add(wrong("outputs_object", RIGHT.replace("{\"inputs\"", "{\"outputs\":{},\"inputs\"")));
    cases.add(
        wrong(
            "outputs_of_strings",
            RIGHT.replace("{\"inputs\"", "{\"outputs\":[\"OUTPUT0\"],\"inputs\"")));
    cases.add(
        wrong(
            "outputs_without_name", RIGHT.replace("{\"inputs\"", "{\"outputs\":[{}],\"inputs\"")));
    cases.add(wrong("id_object", RIGHT.replace("{\"inputs\"", "{\"id\":{},\"inputs\"")));
    cases.add(wrong("half_precision", RIGHT.replace("FP32", "FP16")));
    cases.add(
        wrongUnlessRead(
            "duplicate_member_same",
            RIGHT.replace("\"datatype\"", "\"shape\":[1,2],\"datatype\"")));
    cases.add(
        wrong("duplicate_data", RIGHT.replace("\"data\"", "\"data\":[3,4],\"data\"")).should());
    cases.add(duplicateInputs());
  }

  /// Two `inputs`: whichever is taken, the answer is that of one of them.
  private static Case duplicateInputs() {
    var json = RIGHT.substring(0, RIGHT.length() - 1) + "," + RIGHT.substring(1);
    return wrongUnlessRead("duplicate_inputs", json);
  }

  private static void values(List<Case> cases) {
    cases.add(wrong("data_null", RIGHT.replace("\"data\":[1,2]", "\"data\":null")));
    cases.add(wrong("data_number", RIGHT.replace("\"data\":[1,2]", "\"data\":1")));
    cases.add(wrong("data_object", RIGHT.replace("\"data\":[1,2]", "\"data\":{}")));
    cases.add(wrong("data_string", RIGHT.replace("\"data\":[1,2]", "\"data\":\"1,2\"")));
    cases.add(wrong("text_for_number", RIGHT.replace("\"data\":[1,2]", "\"data\":[1,\"two\"]")));
    cases.add(wrong("object_for_number", RIGHT.replace("\"data\":[1,2]", "\"data\":[1,{}]")));
    cases.add(
        wrong("number_beyond_fp32", RIGHT.replace("\"data\":[1,2]", "\"data\":[1,1e39]")).should());
    cases.add(
        wrong(
                "number_of_many_digits",
                RIGHT.replace("\"data\":[1,2]", "\"data\":[1," + "9".repeat(5_000) + "]"))
            .should());
    cases.add(typed("bool_for_number", "INT32", "true"));
    cases.add(typed("number_for_text", "BYTES", "1"));
    cases.add(typed("null_for_text", "BYTES", "null"));
    cases.add(typed("text_for_bool", "BOOL", "\"true\""));
    cases.add(typed("two_for_bool", "BOOL", "2").should());
    cases.add(typed("fraction_for_integer", "INT32", "1.5"));
    cases.add(typed("exponent_bomb", "INT64", "1e999999999"));
    cases.add(typed("nan_for_integer", "INT32", "NaN"));
  }

  private static void ranges(List<Case> cases) {
    for (var type : Datatype.values()) {
      if (!type.isInteger()) {
        continue;
      }
      var bits = 8 * type.width();
      var one = java.math.BigInteger.ONE;
      var above = one.shiftLeft(type.isUnsigned() ? bits : bits - 1);
      var below = type.isUnsigned() ? one.negate() : above.negate().subtract(one);
      cases.add(typed("above_" + lower(type), type.name(), above.toString()));
      cases.add(typed("below_" + lower(type), type.name(), below.toString()));
    }
  }

  private static Case typed(String what, String datatype, String value) {
    var model = Models.identity(datatype);
    var json =
        "{\"inputs\":[{\"name\":\"INPUT0\",\"shape\":[1,1],\"datatype\":\"%s\",\"data\":[%s]}]}"
            .formatted(datatype, value);
    return Case.of(
            JSON_FORM,
            "json.value." + what,
            server -> Check.clientError(server.rest().post("/v2/models/" + model + "/infer", json)))
        .over(REST)
        .with(model);
  }

  private static void nesting(List<Case> cases) {
    var matrix = RIGHT.replace("\"shape\":[1,2]", "\"shape\":[2,2]");
    cases.add(wrong("ragged", matrix.replace("[1,2]}", "[[1,2],[3]]}")));
    cases.add(wrong("ragged_with_the_right_count", matrix.replace("[1,2]}", "[[1,2,3],[4]]}")));
    cases.add(wrong("values_beside_arrays", matrix.replace("[1,2]}", "[[1,2],3,4]}")));
    cases.add(
        wrong(
                "nested_otherwise_than_the_shape",
                RIGHT
                    .replace("\"shape\":[1,2]", "\"shape\":[2,3]")
                    .replace("[1,2]}", "[[1,2],[3,4],[5,6]]}"))
            .should());
    cases.add(wrong("nested_with_an_empty_array", matrix.replace("[1,2]}", "[[1,2],[3,4],[]]}")));
    for (int depth : List.of(1_000, 100_000)) {
      var bomb = "[".repeat(depth) + "1" + "]".repeat(depth);
      cases.add(wrong("nesting_bomb_in_data_" + depth, RIGHT.replace("[1,2]}", bomb + "}")));
      cases.add(
          wrongUnlessRead(
              "nesting_bomb_in_a_parameter_" + depth,
              RIGHT.replace("{\"inputs\"", "{\"parameters\":{\"a\":" + bomb + "},\"inputs\"")));
      cases.add(wrong("nesting_bomb_never_closed_" + depth, "[".repeat(depth)));
      cases.add(wrong("nesting_bomb_of_objects_" + depth, "{\"inputs\":".repeat(depth)));
    }
  }

  private static void answers(List<Case> cases) {
    cases.add(
        Case.of(JSON_FORM, "json.answer.is_strict_json", JsonFormCases::strictAnswer)
            .over(REST)
            .with(Models.SIMPLE));
    cases.add(
        Case.of(JSON_FORM, "json.answer.content_type", JsonFormCases::contentType)
            .over(REST)
            .with(Models.identity("FP32")));
    cases.add(
        Case.of(JSON_FORM, "json.answer.error_content_type", JsonFormCases::errorContentType)
            .over(REST)
            .should());
    cases.add(
        Case.of(JSON_FORM, "json.answer.nan_is_strict_json", JsonFormCases::nanAnswer)
            .over(REST)
            .with(Models.identity("FP32"))
            .should());
    // Seen in a peer: paths with /version/ only, nested data refused, outputs demanded.
    cases.add(
        Case.of(PEERS, "peers.nested_data_without_outputs_at_a_version", JsonFormCases::peers)
            .over(REST)
            .with(Models.identity("FP32")));
    cases.add(
        Case.of(PEERS, "peers.bool_spelled_as_numbers", JsonFormCases::boolNumbers)
            .over(REST)
            .with(Models.identity("BOOL"))
            .should());
  }

  private static void strictAnswer(Server server) throws IOException {
    var body = RestInference.body(Samples.simple(), Encoding.REST_FLAT).header();
    strict(Check.ok(server.rest().post("/v2/models/simple/infer", body)));
  }

  private static void strict(RestAnswer answer) throws IOException {
    try (var in = new JsonReader(new StringReader(answer.text()))) {
      in.setStrictness(Strictness.STRICT);
      in.skipValue();
      Check.that(in.peek() == JsonToken.END_DOCUMENT, "one JSON value", answer);
    } catch (com.google.gson.stream.MalformedJsonException e) {
      throw new Mismatch("JSON after RFC 8259: " + e.getMessage(), answer);
    }
  }

  private static void contentType(Server server) {
    var answer = Check.ok(server.rest().post(PATH, RIGHT));
    Check.that(
        answer.header("Content-Type").orElse("").startsWith("application/json"),
        "Content-Type application/json",
        answer.headers());
  }

  private static void errorContentType(Server server) {
    var answer = server.rest().post(PATH, "{");
    Check.that(
        answer.header("Content-Type").orElse("").startsWith("application/json"),
        "Content-Type application/json",
        answer.headers());
  }

  /// NaN goes in as bytes and is asked for as JSON, which has no way to say it.
  private static void nanAnswer(Server server) throws IOException {
    var input = Tensor.of("INPUT0", Datatype.FP32, Values.fp32(Float.NaN, 1), 1, 2);
    var call = InferCall.of(Models.identity("FP32"), input).parameter("binary_data_output", false);
    var body = RestInference.body(call, Encoding.REST_BINARY);
    var headers =
        java.util.Map.of(
            RestInference.HEADER_LENGTH,
            String.valueOf(body.headerLength()),
            "Content-Type",
            "application/octet-stream");
    strict(Check.ok(server.rest().send("POST", PATH, headers, body.bytes())));
  }

  private static void peers(Server server) {
    var json =
        "{\"inputs\":[{\"name\":\"INPUT0\",\"shape\":[2,2],\"datatype\":\"FP32\",\"data\":[[1,2],[3,4]]}]}";
    var answer = server.rest().post("/v2/models/identity_fp32/versions/1/infer", json);
    Check.output(
        Tensor.of("OUTPUT0", Datatype.FP32, Values.fp32(1, 2, 3, 4), 2, 2),
        RestInference.reply(Check.ok(answer)));
  }

  private static void boolNumbers(Server server) {
    var json =
        "{\"inputs\":[{\"name\":\"INPUT0\",\"shape\":[1,2],\"datatype\":\"BOOL\",\"data\":[0,1]}]}";
    var answer = server.rest().post("/v2/models/identity_bool/infer", json);
    Check.output(
        Tensor.of("OUTPUT0", Datatype.BOOL, Values.integers(Datatype.BOOL, 0, 1), 1, 2),
        RestInference.reply(Check.ok(answer)));
  }

  private static String lower(Datatype type) {
    return type.name().toLowerCase(Locale.ROOT);
  }
}
