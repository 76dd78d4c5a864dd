package io.penstock.conformance.cases;

import static io.penstock.conformance.suite.Section.ENSEMBLE;
import static io.penstock.conformance.wire.Transport.GRPC;

import io.penstock.conformance.model.Models;
import io.penstock.conformance.suite.Case;
import io.penstock.conformance.suite.Check;
import io.penstock.conformance.suite.Extension;
import io.penstock.conformance.wire.Encoding;
import io.penstock.conformance.wire.InferCall;
import io.penstock.conformance.wire.Server;
import io.penstock.proto.oip.ModelMetadataRequest;
import java.util.ArrayList;
import java.util.List;

/// Two models put together: what goes in and comes out is that of one model.
final class EnsembleCases {

  private EnsembleCases() {}

  static List<Case> all() {
    var cases = new ArrayList<Case>();
    for (var encoding : Encoding.values()) {
      cases.add(ensemble("all_outputs", encoding, server -> all(server, encoding)));
      cases.add(ensemble("outputs_subset", encoding, server -> subset(server, encoding)));
      cases.add(ensemble("missing_input", encoding, server -> missing(server, encoding)));
      cases.add(ensemble("inner_tensor_asked", encoding, server -> inner(server, encoding)));
    }
    cases.add(
        Case.of(ENSEMBLE, "ensemble.metadata", EnsembleCases::metadata)
            .over(GRPC)
            .of(Extension.ENSEMBLE)
            .with(Models.ENSEMBLE));
    return cases;
  }

  private static Case ensemble(String what, Encoding encoding, Case.Body body) {
    return Case.of(ENSEMBLE, "ensemble.%s.%s".formatted(what, encoding.label()), body)
        .in(encoding)
        .of(Extension.ENSEMBLE)
        .with(Models.ENSEMBLE);
  }

  private static void all(Server server, Encoding encoding) {
    var answer = Check.answered(server.infer(Samples.simple(Models.ENSEMBLE, 3).id("e"), encoding));
    Check.equal("model_name", Models.ENSEMBLE, answer.model());
    Check.equal("id", "e", answer.id());
    Check.output(Samples.sum(3), answer);
    Check.output(Samples.difference(3), answer);
  }

  private static void subset(Server server, Encoding encoding) {
    var call = Samples.simple(Models.ENSEMBLE, 1).output("OUTPUT0");
    var answer = Check.answered(server.infer(call, encoding));
    Check.equal("outputs", List.of("OUTPUT0"), answer.names());
    Check.output(Samples.sum(1), answer);
  }

  private static void missing(Server server, Encoding encoding) {
    var call = InferCall.of(Models.ENSEMBLE, Samples.simpleInput("INPUT0", 1, 1));
    Check.mistaken(server.infer(call, encoding));
  }

  private static void inner(Server server, Encoding encoding) {
    Check.mistaken(server.infer(Samples.simple(Models.ENSEMBLE, 1).output("sum"), encoding));
  }

  private static void metadata(Server server) {
    var request = ModelMetadataRequest.newBuilder().setName(Models.ENSEMBLE).build();
    var metadata = server.grpc().modelMetadata(request);
    Check.equal("inputs:", 2, metadata.getInputsCount());
    Check.equal("outputs:", 2, metadata.getOutputsCount());
    Check.equal("datatype", "INT32", metadata.getInputs(0).getDatatype());
    Check.equal("shape", List.of(-1L, 16L), metadata.getInputs(0).getShapeList());
  }
}
