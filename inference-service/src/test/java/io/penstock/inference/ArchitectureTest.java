package io.penstock.inference;

import io.penstock.testkit.ArchitectureRules;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

class ArchitectureTest extends ArchitectureRules {

  ArchitectureTest() {
    super("io.penstock.inference");
  }

  // The ONNX file format is protobuf, too; the list of direct methods is about the wire alone; what
  // ends in Calls, and the streams and replies of inference, is what gRPC and REST share.
  @Override
  protected Set<String> wireEndings() {
    return Stream.concat(
            super.wireEndings().stream(),
            Stream.of(
                "OnnxFile",
                "DirectInference",
                "Calls",
                "InferReply",
                "InferStream",
                "InferStreams",
                "RestCall",
                "RestRequest",
                "RestRoutes",
                "Operation",
                "OperationHandler"))
        .collect(Collectors.toSet());
  }
}
