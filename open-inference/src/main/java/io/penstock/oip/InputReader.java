package io.penstock.oip;

import com.google.protobuf.ByteString;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.oip.json.JsonReader;
import io.penstock.proto.oip.InferParameter;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferRequest.InferInputTensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One input of a JSON request. Its members may come in any order; data that comes before datatype
/// and shape is passed over and read afterwards.
final class InputReader {

  private static final List<Datatype> WITH_JSON_FORM =
      Arrays.stream(Datatype.values()).filter(Datatype::hasJsonForm).toList();

  private final String field;
  private final JsonReader in;
  private final BinaryTensors binary;
  private String name = "";
  private String datatype = "";
  private Map<String, InferParameter> parameters = Map.of();
  private @Nullable TensorShape shape;
  private @Nullable ByteString data;
  private int skippedData = -1;

  InputReader(int index, JsonReader in, BinaryTensors binary) {
    this.field = index == 0 ? "inputs[0]" : "inputs[" + index + "]";
    this.in = in;
    this.binary = binary;
  }

  void readInto(ModelInferRequest.Builder request) {
    members();
    requireMembers();
    InferParameter size = parameters.get(Parameters.BINARY_DATA_SIZE);
    if (size != null) {
      parameters = new LinkedHashMap<>(parameters);
      parameters.remove(Parameters.BINARY_DATA_SIZE);
      request.addRawInputContents(binary(size));
    } else if (!parameters.containsKey(Parameters.SHARED_MEMORY)) {
      request.addRawInputContents(json());
    }
    request.addInputs(tensor());
  }

  private InferInputTensor tensor() {
    InferInputTensor.Builder tensor =
        InferInputTensor.newBuilder().setName(name).setDatatype(datatype);
    TensorShape dimensions = shape();
    for (int i = 0; i < dimensions.rank(); i++) {
      tensor.addShape(dimensions.dimension(i));
    }
    return parameters.isEmpty() ? tensor.build() : tensor.putAllParameters(parameters).build();
  }

  private void members() {
    int seen = 0;
    if (in.beginObject()) {
      do {
        int member = member(in.name());
        if ((seen & member) != 0) {
          throw InvalidArguments.of(field, "a member is given twice");
        }
        seen |= member;
      } while (in.moreMembers());
    }
  }

  /// Reads a member, and tells which by a bit.
  private int member(String member) {
    switch (member) {
      case "name" -> {
        name = in.string();
        return 1;
      }
      case "datatype" -> {
        datatype = in.string();
        return 2;
      }
      case "shape" -> {
        shape = TensorShape.read(field, in);
        return 4;
      }
      case "parameters" -> {
        parameters = Parameters.read(field + ".parameters", in);
        return 8;
      }
      case "data" -> {
        data();
        return 16;
      }
      default -> {
        in.skip();
        return 0;
      }
    }
  }

  private void data() {
    if (shape == null || datatype.isEmpty()) {
      in.peek();
      skippedData = in.position();
      in.skip();
    } else {
      data = TensorData.read(field, jsonType(), shape, in);
    }
  }

  private void requireMembers() {
    new InvalidArguments()
        .addIf(name.isEmpty(), field + ".name", "missing")
        .addIf(shape == null, field + ".shape", "missing")
        .throwIfAny();
  }

  private ByteString json() {
    if (data == null && skippedData < 0) {
      throw InvalidArguments.of(field + ".data", "missing");
    }
    return data == null ? skipped() : data;
  }

  private ByteString skipped() {
    int behind = in.position();
    in.seek(skippedData);
    ByteString read = TensorData.read(field, jsonType(), shape(), in);
    in.seek(behind);
    return read;
  }

  private ByteString binary(InferParameter size) {
    if (data != null || skippedData >= 0) {
      throw InvalidArguments.of(
          field + ".data", "given beside binary_data_size (expected: one of them)");
    }
    ByteString bytes = binary.next(field, size);
    shape().check(field, type(List.of(Datatype.values())), bytes);
    return bytes;
  }

  private Datatype jsonType() {
    Datatype type = type(WITH_JSON_FORM);
    if (!type.hasJsonForm()) {
      throw wrongType(type + ", which has no JSON form", WITH_JSON_FORM);
    }
    return type;
  }

  private Datatype type(List<Datatype> expected) {
    return Datatype.named(datatype)
        .orElseThrow(() -> wrongType(datatype.isEmpty() ? "missing" : datatype, expected));
  }

  private RuntimeException wrongType(String given, List<Datatype> expected) {
    return InvalidArguments.of(
        field + ".datatype", "%s (expected: one of %s)".formatted(given, expected));
  }

  private TensorShape shape() {
    if (shape == null) {
      throw new IllegalStateException("checked before");
    }
    return shape;
  }
}
