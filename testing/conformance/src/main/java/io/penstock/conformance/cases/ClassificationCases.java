package io.penstock.conformance.cases;

import static io.penstock.conformance.suite.Section.CLASSIFICATION;

import io.penstock.conformance.model.Models;
import io.penstock.conformance.suite.Case;
import io.penstock.conformance.suite.Check;
import io.penstock.conformance.suite.Extension;
import io.penstock.conformance.suite.Mismatch;
import io.penstock.conformance.wire.Datatype;
import io.penstock.conformance.wire.Encoding;
import io.penstock.conformance.wire.InferCall;
import io.penstock.conformance.wire.Server;
import io.penstock.conformance.wire.Tensor;
import io.penstock.conformance.wire.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The best classes of an output, as `value:index[:label]`.
final class ClassificationCases {

  private static final Tensor SCORES =
      Tensor.of("INPUT0", Datatype.FP32, Values.fp32(0.1f, 0.7f, -2f, 0.5f), 1, 4);

  private ClassificationCases() {}

  static List<Case> all() {
    var cases = new ArrayList<Case>();
    for (var encoding : Encoding.values()) {
      cases.add(best("top_1", encoding, 1, "0.7:1:dog"));
      cases.add(best("top_3", encoding, 3, "0.7:1:dog", "0.5:3:fish", "0.1:0:cat"));
      cases.add(
          best(
              "more_than_there_are",
              encoding,
              10,
              "0.7:1:dog",
              "0.5:3:fish",
              "0.1:0:cat",
              "-2:2:bird"));
      cases.add(two(encoding));
      cases.add(mistake("negative", encoding, -1L));
      cases.add(mistake("text", encoding, "three"));
    }
    cases.add(withoutLabels());
    cases.add(integers());
    return cases;
  }

  private static Case classification(String what, Encoding encoding, Case.Body body) {
    return Case.of(CLASSIFICATION, "classification.%s.%s".formatted(what, encoding.label()), body)
        .in(encoding)
        .of(Extension.CLASSIFICATION)
        .with(Models.CLASSIFIER);
  }

  private static InferCall call(Tensor input, Object classes) {
    return InferCall.of(Models.CLASSIFIER, input)
        .output("OUTPUT0", Map.of("classification", classes));
  }

  private static Case best(String what, Encoding encoding, long classes, String... expected) {
    return classification(
        what,
        encoding,
        server -> {
          var got = output(server, call(SCORES, classes), encoding);
          Check.equal("shape", List.of(1L, (long) expected.length), got.shape());
          same(List.of(expected), got);
        });
  }

  private static Tensor output(Server server, InferCall call, Encoding encoding) {
    var answer = Check.answered(server.infer(call, encoding));
    var output =
        answer.output("OUTPUT0").orElseThrow(() -> new Mismatch("OUTPUT0", answer.names()));
    Check.equal("datatype", "BYTES", output.datatype());
    return output;
  }

  private static void same(List<String> expected, Tensor got) {
    var classes = Values.split("BYTES", got.raw());
    Check.equal("so many classes:", expected.size(), classes.size());
    for (int i = 0; i < expected.size(); i++) {
      var text = classes.get(i).toStringUtf8();
      Check.that(isClass(expected.get(i), text), expected.get(i), text);
    }
  }

  // How many digits a value has is the server's to choose.
  private static boolean isClass(String expected, String got) {
    int colon = got.indexOf(':');
    int expectedColon = expected.indexOf(':');
    return colon > 0
        && expected.substring(expectedColon).equals(got.substring(colon))
        && Math.abs(
                Double.parseDouble(expected.substring(0, expectedColon))
                    - Double.parseDouble(got.substring(0, colon)))
            < 1e-5;
  }

  private static Case two(Encoding encoding) {
    return classification(
        "two_rows",
        encoding,
        server -> {
          var input = Tensor.of("INPUT0", Datatype.FP32, Values.fp32(1, 2, 3, 4, 8, 7, 6, 5), 2, 4);
          var got = output(server, call(input, 2L), encoding);
          Check.equal("shape", List.of(2L, 2L), got.shape());
          same(List.of("4:3:fish", "3:2:bird", "8:0:cat", "7:1:dog"), got);
        });
  }

  private static Case mistake(String what, Encoding encoding, Object classes) {
    return classification(
        what, encoding, server -> Check.mistaken(server.infer(call(SCORES, classes), encoding)));
  }

  private static Case withoutLabels() {
    return classification(
            "without_labels",
            Encoding.GRPC_RAW,
            server -> {
              var call =
                  InferCall.of(Models.identity("FP32"), SCORES)
                      .output("OUTPUT0", Map.of("classification", 2L));
              same(List.of("0.7:1", "0.5:3"), output(server, call, Encoding.GRPC_RAW));
            })
        .with(Models.identity("FP32"));
  }

  private static Case integers() {
    return classification(
            "integers",
            Encoding.GRPC_RAW,
            server -> {
              var call = Samples.simple().output("OUTPUT0", Map.of("classification", 1L));
              same(List.of("137:15"), output(server, call, Encoding.GRPC_RAW));
            })
        .with(Models.SIMPLE);
  }
}
