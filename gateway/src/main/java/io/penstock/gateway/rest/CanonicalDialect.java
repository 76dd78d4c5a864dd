package io.penstock.gateway.rest;

import com.google.gson.stream.JsonWriter;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.penstock.gateway.contract.Routes.Match;
import io.penstock.gateway.contract.Rpc;
import io.penstock.kit.failure.FailureStatus;
import io.penstock.kit.failure.FieldViolation;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Penstock's own REST: protobuf's JSON, and problems as of RFC 9457.
@Singleton
final class CanonicalDialect implements Dialect {

  private static final String JSON = "application/json";
  private static final String PROBLEM = "application/problem+json";
  private static final String LINES = "application/x-ndjson";
  private static final String BYTES = "application/octet-stream";

  @Override
  public boolean speaksAt(String path) {
    return true;
  }

  @Override
  public Message request(Match match, RestRequest request) {
    return Transcoder.request(match, Bodies.text(request.body()), request.query());
  }

  @Override
  public Message declaration(Match match, RestRequest request) {
    DynamicMessage.Builder first = Transcoder.request(match, "", request.query()).toBuilder();
    FieldDescriptor mediaType = first.getDescriptorForType().findFieldByName("media_type");
    if (mediaType != null && first.getField(mediaType).equals("")) {
      request.headers().contentType().ifPresent(type -> first.setField(mediaType, type.getName()));
    }
    return first.build();
  }

  @Override
  public Opening opening(Match match, Optional<Message> first) {
    boolean raw = !match.binding().responseBody().isEmpty();
    return new Opening(raw ? BYTES : LINES, Map.of(), -1);
  }

  @Override
  public Message responsePrototype(Rpc rpc) {
    return DynamicMessage.getDefaultInstance(rpc.method().getOutputType());
  }

  @Override
  public Answer answer(Match match, RestRequest request, Message message, Message response) {
    return Answer.of(200, JSON, Transcoder.response(match, response));
  }

  @Override
  public Answer failure(int status, FailureStatus failure, String traceId) {
    StringWriter text = new StringWriter();
    try (JsonWriter out = new JsonWriter(text)) {
      problem(status, failure, traceId, out);
    } catch (IOException e) {
      throw new IllegalStateException("writing a string", e);
    }
    return Answer.of(status, PROBLEM, text.toString());
  }

  private static void problem(int status, FailureStatus failure, String traceId, JsonWriter out)
      throws IOException {
    out.beginObject();
    out.name("type").value("urn:penstock:problem:" + failure.reason());
    out.name("title").value(failure.reason());
    out.name("status").value(status);
    out.name("code").value(failure.code().name());
    out.name("reason").value(failure.reason());
    out.name("detail").value(failure.message());
    out.name("traceId").value(traceId);
    out.name("violations").beginArray();
    for (FieldViolation violation : failure.violations()) {
      out.beginObject();
      out.name("field").value(violation.field());
      out.name("description").value(violation.description());
      out.endObject();
    }
    out.endArray().name("metadata").beginObject();
    for (Map.Entry<String, String> fact : new TreeMap<>(failure.metadata()).entrySet()) {
      out.name(fact.getKey()).value(fact.getValue());
    }
    out.endObject().endObject();
  }
}
