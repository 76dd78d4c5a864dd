package io.penstock.oip.message;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.oip.HttpBody;
import io.penstock.oip.json.ByteSink;
import io.penstock.oip.json.JsonReader;
import io.penstock.oip.json.JsonWriter;
import io.penstock.oip.json.MalformedJson;
import java.util.Map;
import java.util.Optional;

/// One HTTP call of an RPC of the protocol, infer excepted: reads its request, writes its answer.
public final class ProtocolCall {

  private final ProtocolRoute route;
  private final Map<String, String> variables;

  ProtocolCall(ProtocolRoute route, Map<String, String> variables) {
    this.route = route;
    this.variables = variables;
  }

  /// `inference.GRPCInferenceService/ModelMetadata`.
  public String fullMethodName() {
    return route.method().getService().getFullName() + "/" + route.method().getName();
  }

  /// The request message: what the body says, and the path above it.
  ///
  /// @param to an empty builder of the RPC's request
  public Message request(Message.Builder to, byte[] body) {
    JsonReader in = new JsonReader(body, 0, body.length);
    try {
      if (in.peek() >= 0) {
        new MessageReader(in).object(to, SpecialForms.members(to.getDescriptorForType()), "", 0);
        in.end();
      }
    } catch (MalformedJson e) {
      throw InvalidArguments.of("body", "no JSON of a request: " + e.problem());
    }
    variables.forEach((name, value) -> to.setField(field(to, name), value));
    return to.build();
  }

  private static FieldDescriptor field(Message.Builder to, String name) {
    return Optional.ofNullable(to.getDescriptorForType().findFieldByName(name))
        .orElseThrow(() -> new IllegalArgumentException("contract: no field " + name));
  }

  /// The body that answers.
  public HttpBody answer(Message response) {
    ByteSink sink = new ByteSink(256);
    JsonWriter out = new JsonWriter(sink);
    SpecialForms.write(response, route.responseField(), variables, out);
    return HttpBody.json(sink.toByteArray());
  }

  /// The status of an answer: probes decide by it, so what is not live or not ready is no success.
  public int status(Message response) {
    return SpecialForms.status(response);
  }
}
