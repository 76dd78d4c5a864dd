package io.penstock.inference.tensor;

import com.google.protobuf.ByteString;
import io.penstock.inference.tensor.TensorData.Packed;
import io.penstock.inference.tensor.TensorData.Texts;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.oip.InferTensorContents;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferRequest.InferInputTensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Decodes the inputs of a request. What comes out holds exactly the values that its shape
/// promises; everything else is refused with the field named, all of it at once.
public final class RequestTensorProtos {

  private final ModelInferRequest request;
  private final InvalidArguments problems = new InvalidArguments();
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  private RequestTensorProtos(ModelInferRequest request) {
    this.request = request;
  }

  /// The inputs by name, in the order of the request.
  public static Map<String, Tensor> decode(ModelInferRequest request) {
    return new RequestTensorProtos(request).decode();
  }

  private Map<String, Tensor> decode() {
    if (!request.getRawInputContentsList().isEmpty()
        && request.getRawInputContentsCount() != request.getInputsCount()) {
      throw InvalidArguments.of(
          "raw_input_contents",
          "%d entries for %d inputs, expected one entry an input"
              .formatted(request.getRawInputContentsCount(), request.getInputsCount()));
    }
    for (int i = 0; i < request.getInputsCount(); i++) {
      decode(i, request.getInputs(i));
    }
    problems.throwIfAny();
    return Collections.unmodifiableMap(tensors);
  }

  private void decode(int index, InferInputTensor input) {
    var type = DataType.named(input.getDatatype()).orElse(null);
    if (type == null) {
      problems.add(
          field(index) + ".datatype",
          "'%s' of input '%s' is no datatype of the protocol"
              .formatted(input.getDatatype(), input.getName()));
      return;
    }
    var shape = Shape.of(input.getShapeList());
    long elements = elements(index, input.getName(), shape);
    if (elements < 0) {
      return;
    }
    var data = data(index, input, type, elements);
    if (data != null) {
      add(index, new Tensor(input.getName(), type, shape, data));
    }
  }

  // Made for who has to be told only: most requests are right.
  private static String field(int index) {
    return "inputs[" + index + "]";
  }

  private void add(int index, Tensor tensor) {
    if (tensors.putIfAbsent(tensor.name(), tensor) != null) {
      problems.add(field(index) + ".name", "'%s' is given twice".formatted(tensor.name()));
    }
  }

  // -1 where the shape is wrong; that has been noted then.
  private long elements(int index, String name, Shape shape) {
    for (int i = 0; i < shape.rank(); i++) {
      if (shape.dimension(i) < 0) {
        problems.add(
            field(index) + ".shape", "%s of input '%s' has a negative size".formatted(shape, name));
        return -1;
      }
    }
    try {
      return shape.elements();
    } catch (ArithmeticException tooLarge) {
      problems.add(
          field(index) + ".shape", "%s of input '%s' is beyond any tensor".formatted(shape, name));
      return -1;
    }
  }

  private @Nullable TensorData data(
      int index, InferInputTensor input, DataType type, long elements) {
    boolean raw = request.getRawInputContentsCount() > 0;
    if (raw && input.hasContents()) {
      problems.add(
          "inputs[" + index + "].contents",
          "input '%s' has values here and in raw_input_contents, expected one of them"
              .formatted(input.getName()));
      return null;
    }
    return raw
        ? raw(index, input.getName(), type, elements)
        : contents(index, input.getName(), type, input.getContents(), elements);
  }

  private @Nullable TensorData raw(int index, String name, DataType type, long elements) {
    var bytes = request.getRawInputContents(index);
    return type.isFixedWidth()
        ? packed(index, name, type, bytes, elements)
        : texts(index, name, bytes, elements);
  }

  private static String rawField(int index) {
    return "raw_input_contents[" + index + "]";
  }

  private @Nullable TensorData packed(
      int index, String name, DataType type, ByteString bytes, long elements) {
    // Divided rather than multiplied: a product could overflow into the right answer.
    if (bytes.size() % type.size() != 0 || bytes.size() / type.size() != elements) {
      problems.add(
          rawField(index),
          "%d bytes for input '%s', expected %d values of %s with %d bytes each"
              .formatted(bytes.size(), name, elements, type, type.size()));
      return null;
    }
    if (type == DataType.BOOL && !holdsBooleans(bytes)) {
      problems.add(
          rawField(index),
          "input '%s' is BOOL and holds a byte that is neither 0 nor 1".formatted(name));
      return null;
    }
    return new Packed(bytes);
  }

  private static boolean holdsBooleans(ByteString bytes) {
    for (int i = 0; i < bytes.size(); i++) {
      if ((bytes.byteAt(i) & ~1) != 0) {
        return false;
      }
    }
    return true;
  }

  private @Nullable TensorData texts(int index, String name, ByteString bytes, long elements) {
    var values = RawTexts.parse(bytes, elements);
    if (values.isEmpty()) {
      problems.add(
          rawField(index),
          "%d bytes for input '%s', expected %d elements, each after its length in 4 bytes"
              .formatted(bytes.size(), name, elements));
      return null;
    }
    return new Texts(values.get());
  }

  private @Nullable TensorData contents(
      int index, String name, DataType type, InferTensorContents contents, long elements) {
    var field = "inputs[" + index + "].contents." + ContentsProtos.fieldOf(type);
    var foreign = ContentsProtos.foreignField(type, contents);
    if (foreign.isPresent()) {
      problems.add(
          "inputs[" + index + "].contents." + foreign.get(),
          "input '%s' is %s, whose values belong into %s"
              .formatted(name, type, ContentsProtos.fieldOf(type)));
      return null;
    }
    if (ContentsProtos.count(type, contents) != elements) {
      problems.add(
          field,
          "%d values for input '%s', expected %d"
              .formatted(ContentsProtos.count(type, contents), name, elements));
      return null;
    }
    var overflow = ContentsProtos.overflow(type, contents);
    if (overflow.isPresent()) {
      problems.add(field, "input '%s' is %s, and %s".formatted(name, type, overflow.orElseThrow()));
      return null;
    }
    // A half-precision tensor without elements comes here, too.
    return type.hasContents() ? ContentsProtos.read(type, contents) : new Packed(ByteString.EMPTY);
  }
}
