package io.penstock.oip;

import com.google.protobuf.ByteString;
import io.penstock.kit.failure.FailureException;
import io.penstock.oip.OpenInferenceFailure.OutputHasNoJsonForm;
import io.penstock.oip.json.ByteSink;
import io.penstock.oip.json.JsonWriter;
import io.penstock.proto.oip.InferParameter;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferRequest.InferRequestedOutputTensor;
import io.penstock.proto.oip.ModelInferResponse;
import io.penstock.proto.oip.ModelInferResponse.InferOutputTensor;
import java.util.Map;

/// Answers to infer requests as HTTP bodies: each output in JSON, or in binary behind the JSON
/// where the request asks for that, by `binary_data` for one output or `binary_data_output` for
/// all. Data in JSON is flat.
public final class InferResponses {

  private static final int ROOM_FOR_TEXT = 512;

  /// Characters that a value takes, for the first guess at the size.
  private static final int ROOM_FOR_VALUE = 12;

  private final ModelInferResponse response;
  private final ModelInferRequest request;
  private final boolean binaryByDefault;
  private final ByteSink sink;
  private final JsonWriter out;
  private boolean anyBinary;

  private InferResponses(ModelInferResponse response, ModelInferRequest request) {
    this.response = response;
    this.request = request;
    this.binaryByDefault =
        Parameters.isSet(request.getParametersMap(), Parameters.BINARY_DATA_OUTPUT);
    this.sink = new ByteSink(roughSize(response));
    this.out = new JsonWriter(sink);
  }

  private static int roughSize(ModelInferResponse response) {
    long bytes = ROOM_FOR_TEXT;
    for (ByteString raw : response.getRawOutputContentsList()) {
      bytes += (long) raw.size() * ROOM_FOR_VALUE / Float.BYTES;
    }
    return (int) Math.min(1 << 24, bytes);
  }

  /// The body that answers a request.
  ///
  /// @throws FailureException with [OutputHasNoJsonForm]
  public static HttpBody write(ModelInferResponse response, ModelInferRequest request) {
    return new InferResponses(response, request).write();
  }

  private HttpBody write() {
    out.beginObject();
    out.name("model_name").value(response.getModelName());
    out.name("model_version").value(response.getModelVersion());
    if (!response.getId().isEmpty()) {
      out.name("id").value(response.getId());
    }
    if (response.getParametersCount() > 0) {
      out.name("parameters").beginObject();
      Parameters.write(response.getParametersMap(), out);
      out.endObject();
    }
    out.name("outputs").beginArray();
    for (int i = 0; i < response.getOutputsCount(); i++) {
      output(i, response.getOutputs(i));
    }
    out.endArray().endObject();
    return anyBinary ? withTensors() : HttpBody.json(sink.toByteArray());
  }

  private HttpBody withTensors() {
    int json = sink.size();
    for (int i = 0; i < response.getOutputsCount(); i++) {
      InferOutputTensor output = response.getOutputs(i);
      if (isBinary(output) && !isElsewhere(output)) {
        sink.put(values(i, output));
      }
    }
    return new HttpBody(sink.toByteArray(), json);
  }

  private void output(int index, InferOutputTensor tensor) {
    out.beginObject();
    out.name("name").value(tensor.getName());
    out.name("datatype").value(tensor.getDatatype());
    out.name("shape").beginArray();
    for (int i = 0; i < tensor.getShapeCount(); i++) {
      out.value(tensor.getShape(i));
    }
    out.endArray();
    if (isElsewhere(tensor)) {
      parameters(tensor.getParametersMap());
    } else if (isBinary(tensor)) {
      anyBinary = true;
      binarySize(index, tensor);
    } else {
      parameters(tensor.getParametersMap());
      data(index, tensor);
    }
    out.endObject();
  }

  private void parameters(Map<String, InferParameter> parameters) {
    if (!parameters.isEmpty()) {
      out.name("parameters").beginObject();
      Parameters.write(parameters, out);
      out.endObject();
    }
  }

  private void binarySize(int index, InferOutputTensor tensor) {
    out.name("parameters").beginObject();
    Parameters.write(tensor.getParametersMap(), out);
    out.name(Parameters.BINARY_DATA_SIZE).value(values(index, tensor).size());
    out.endObject();
  }

  private void data(int index, InferOutputTensor tensor) {
    Datatype type =
        Datatype.named(tensor.getDatatype())
            .filter(Datatype::hasJsonForm)
            .orElseThrow(() -> noJsonForm(tensor));
    out.name("data").beginArray();
    TensorJson.write(type, values(index, tensor), out);
    out.endArray();
  }

  private static FailureException noJsonForm(InferOutputTensor tensor) {
    return new FailureException(new OutputHasNoJsonForm(tensor.getName(), tensor.getDatatype()));
  }

  /// The raw values. A server that was asked in raw form answers in it; one that does not is
  /// understood, too.
  private ByteString values(int index, InferOutputTensor tensor) {
    return index < response.getRawOutputContentsCount()
        ? response.getRawOutputContents(index)
        : TypedContents.pack(tensor.getDatatype(), tensor.getContents());
  }

  /// Whether the values were written to memory that the caller shares.
  private static boolean isElsewhere(InferOutputTensor tensor) {
    return tensor.getParametersCount() > 0 && tensor.containsParameters(Parameters.SHARED_MEMORY);
  }

  private boolean isBinary(InferOutputTensor tensor) {
    for (InferRequestedOutputTensor wanted : request.getOutputsList()) {
      InferParameter asked =
          wanted.getName().equals(tensor.getName())
              ? wanted.getParametersMap().get(Parameters.BINARY_DATA)
              : null;
      if (asked != null) {
        return asked.getBoolParam();
      }
    }
    return binaryByDefault;
  }
}
