package io.penstock.gateway.oip;

import com.google.gson.stream.JsonWriter;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.micronaut.http.HttpHeaders;
import io.penstock.gateway.GatewayFailure.BinaryTensorsUnsupported;
import io.penstock.gateway.GatewayFailure.OutputHasNoJsonForm;
import io.penstock.gateway.contract.Routes.Match;
import io.penstock.gateway.contract.Rpc;
import io.penstock.gateway.rest.Dialect;
import io.penstock.gateway.rest.PlainJson;
import io.penstock.gateway.rest.Transcoder;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.FailureStatus;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferResponse;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;

/// The REST side of the Open Inference Protocol: tensors in JSON, names as in the protocol, errors
/// as `{"error": …}`.
@Singleton
final class InferenceDialect implements Dialect {

  private static final String JSON = "application/json";
  private static final String INFER =
      GRPCInferenceServiceGrpc.getModelInferMethod().getFullMethodName();

  @Override
  public boolean speaksAt(String path) {
    return path.equals("/v2") || path.startsWith("/v2/");
  }

  @Override
  public Message request(
      Match match, String body, Map<String, List<String>> query, HttpHeaders headers) {
    if (headers.contains("Inference-Header-Content-Length")) {
      throw new FailureException(new BinaryTensorsUnsupported());
    }
    return isInfer(match.rpc()) ? infer(match, body) : Transcoder.request(match, body, query);
  }

  private static Message infer(Match match, String body) {
    ModelInferRequest.Builder request = InferJson.read(body);
    request.setModelName(match.variables().getOrDefault("model_name", ""));
    request.setModelVersion(
        match.variables().getOrDefault("model_version", request.getModelVersion()));
    return request.build();
  }

  @Override
  public Message responsePrototype(Rpc rpc) {
    return isInfer(rpc)
        ? ModelInferResponse.getDefaultInstance()
        : DynamicMessage.getDefaultInstance(rpc.method().getOutputType());
  }

  @Override
  public Answer answer(Match match, Message response) {
    if (response instanceof ModelInferResponse inferred) {
      return new Answer(200, JSON, written(inferred));
    }
    String field = match.binding().responseBody();
    String body =
        field.isEmpty()
            ? PlainJson.print(response)
            : PlainJson.print(response, named(response, field));
    return new Answer(saysNotReady(response) ? 503 : 200, JSON, body);
  }

  private static String written(ModelInferResponse response) {
    try {
      return InferAnswer.write(response);
    } catch (InferAnswer.NoJsonForm e) {
      throw new FailureException(new OutputHasNoJsonForm(e.toString()));
    }
  }

  /// Probes decide by the status: a server or model that is not live or ready answers no 200.
  private static boolean saysNotReady(Message response) {
    return response.getDescriptorForType().getFields().stream()
        .filter(field -> field.getName().equals("ready") || field.getName().equals("live"))
        .anyMatch(field -> response.getField(field).equals(false));
  }

  private static FieldDescriptor named(Message response, String name) {
    FieldDescriptor field = response.getDescriptorForType().findFieldByName(name);
    if (field == null) {
      throw new IllegalArgumentException("contract: response_body " + name + " is no field");
    }
    return field;
  }

  @Override
  public Answer failure(int status, FailureStatus failure, String traceId) {
    StringWriter text = new StringWriter();
    try (JsonWriter out = new JsonWriter(text)) {
      out.beginObject();
      out.name("error").value(failure.message());
      out.name("reason").value(failure.reason());
      out.name("trace_id").value(traceId);
      out.endObject();
    } catch (IOException e) {
      throw new IllegalStateException("writing a string", e);
    }
    return new Answer(status, JSON, text.toString());
  }

  private static boolean isInfer(Rpc rpc) {
    return rpc.fullName().equals(INFER);
  }
}
