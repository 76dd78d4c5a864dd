package io.penstock.oip;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.oip.json.JsonReader;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferRequest.InferRequestedOutputTensor;

/// The JSON of a request.
final class RequestReader {

  private static final int INPUTS = 1;

  private final ModelInferRequest.Builder request = ModelInferRequest.newBuilder();
  private final JsonReader in;
  private final BinaryTensors binary;

  RequestReader(JsonReader in, BinaryTensors binary) {
    this.in = in;
    this.binary = binary;
  }

  ModelInferRequest.Builder read() {
    int seen = 0;
    if (in.beginObject()) {
      do {
        String name = in.name();
        int member = in.takeNull() ? 0 : member(name);
        if ((seen & member) != 0) {
          throw InvalidArguments.of(name, "given twice");
        }
        seen |= member;
      } while (in.moreMembers());
    }
    in.end();
    binary.end();
    if ((seen & INPUTS) == 0) {
      throw InvalidArguments.of("inputs", "missing (expected: a list of tensors)");
    }
    return request;
  }

  /// Reads a member, and tells which by a bit.
  private int member(String name) {
    switch (name) {
      case "inputs" -> {
        inputs();
        return INPUTS;
      }
      case "outputs" -> {
        outputs();
        return 2;
      }
      case "parameters" -> {
        request.putAllParameters(Parameters.read("parameters", in));
        return 4;
      }
      case "id" -> {
        request.setId(in.string());
        return 8;
      }
      case "model_name" -> {
        request.setModelName(in.string());
        return 16;
      }
      case "model_version" -> {
        request.setModelVersion(in.string());
        return 32;
      }
      // Newer clients may say more than we know, as they may to the protocol's other servers.
      default -> {
        in.skip();
        return 0;
      }
    }
  }

  private void inputs() {
    int index = 0;
    if (in.beginArray()) {
      do {
        new InputReader(index++, in, binary).readInto(request);
      } while (in.moreItems());
    }
  }

  private void outputs() {
    int index = 0;
    if (in.beginArray()) {
      do {
        request.addOutputs(output("outputs[" + index++ + "]"));
      } while (in.moreItems());
    }
  }

  private InferRequestedOutputTensor output(String field) {
    InferRequestedOutputTensor.Builder output = InferRequestedOutputTensor.newBuilder();
    if (in.beginObject()) {
      do {
        switch (in.name()) {
          case "name" -> output.setName(in.string());
          case "parameters" -> output.putAllParameters(Parameters.read(field + ".parameters", in));
          default -> in.skip();
        }
      } while (in.moreMembers());
    }
    if (output.getName().isEmpty()) {
      throw InvalidArguments.of(field + ".name", "missing");
    }
    return output.build();
  }
}
