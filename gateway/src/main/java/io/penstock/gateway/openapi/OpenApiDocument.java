package io.penstock.gateway.openapi;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.penstock.gateway.contract.Contract;
import io.penstock.gateway.contract.HttpBinding;
import io.penstock.gateway.contract.Rpc;
import io.penstock.kit.access.AccessRule;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The OpenAPI 3.1 document of everything that the gateway answers, generated from the contract and
/// its comments.
@Singleton
public final class OpenApiDocument {

  private final Contract contract;
  private final Schemas schemas;
  private final String json;

  OpenApiDocument(Contract contract) {
    this.contract = contract;
    this.schemas = new Schemas(contract);
    this.json = new GsonBuilder().disableHtmlEscaping().create().toJson(document());
  }

  /// The document as JSON.
  public String json() {
    return json;
  }

  private JsonObject document() {
    JsonObject document = new JsonObject();
    document.addProperty("openapi", "3.1.0");
    document.add("info", info());
    document.add("tags", tags());
    document.add("paths", paths());
    document.add("security", Schemas.eitherCredential());
    document.add("components", components());
    return document;
  }

  private static JsonObject info() {
    JsonObject info = new JsonObject();
    info.addProperty("title", "Penstock");
    info.addProperty("version", "v1");
    info.addProperty(
        "description",
        "Every RPC of Penstock over REST. Generated from the contract; the permission of each is part of its description.");
    return info;
  }

  private JsonArray tags() {
    JsonArray tags = new JsonArray();
    for (ServiceDescriptor service : contract.services()) {
      JsonObject tag = new JsonObject();
      tag.addProperty("name", service.getName());
      tag.addProperty("description", contract.comment(service));
      tags.add(tag);
    }
    return tags;
  }

  private JsonObject paths() {
    JsonObject paths = new JsonObject();
    for (Rpc rpc : contract.rpcs()) {
      for (int i = 0; i < rpc.bindings().size(); i++) {
        HttpBinding binding = rpc.bindings().get(i);
        String path = Paths.documented(binding.path());
        if (!paths.has(path)) {
          paths.add(path, new JsonObject());
        }
        paths
            .getAsJsonObject(path)
            .add(binding.verb().toLowerCase(Locale.ROOT), operation(rpc, binding, i));
      }
    }
    return paths;
  }

  private JsonObject operation(Rpc rpc, HttpBinding binding, int index) {
    JsonObject operation = new JsonObject();
    JsonArray tags = new JsonArray();
    tags.add(rpc.method().getService().getName());
    operation.add("tags", tags);
    operation.addProperty(
        "operationId",
        rpc.method().getService().getName()
            + "_"
            + rpc.method().getName()
            + (index == 0 ? "" : index));
    operation.addProperty("summary", rpc.method().getName());
    operation.addProperty("description", description(rpc));
    operation.add("parameters", parameters(rpc, binding));
    requestBody(rpc, binding).ifPresent(body -> operation.add("requestBody", body));
    operation.add("responses", responses(rpc, binding));
    if (AccessRule.of(rpc.method()).map(AccessRule::open).orElse(false)) {
      operation.add("security", new JsonArray());
    }
    return operation;
  }

  private static String description(Rpc rpc) {
    String permission =
        AccessRule.of(rpc.method())
            .map(rule -> rule.open() ? "none, it is public" : "`" + rule.permission() + "`")
            .orElse("");
    return (rpc.comment() + "\n\nPermission: " + permission + ". gRPC: `" + rpc.fullName() + "`.")
        .strip();
  }

  private JsonArray parameters(Rpc rpc, HttpBinding binding) {
    JsonArray parameters = new JsonArray();
    Descriptor request = rpc.method().getInputType();
    for (Map.Entry<String, String> variable : binding.path().variables().entrySet()) {
      Paths.segments(variable.getKey(), variable.getValue())
          .forEach(name -> parameters.add(inPath(name)));
    }
    if (!binding.body().equals("*")) {
      request.getFields().stream()
          .filter(field -> !binding.path().variables().containsKey(field.getName()))
          .filter(field -> !field.getName().equals(binding.body()))
          .filter(
              field ->
                  field.getJavaType() != FieldDescriptor.JavaType.MESSAGE
                      || schemas.isScalar(field))
          .forEach(field -> parameters.add(inQuery(field)));
    }
    return parameters;
  }

  private static JsonObject inPath(String name) {
    JsonObject parameter = new JsonObject();
    parameter.addProperty("name", name);
    parameter.addProperty("in", "path");
    parameter.addProperty("required", true);
    JsonObject schema = new JsonObject();
    schema.addProperty("type", "string");
    parameter.add("schema", schema);
    return parameter;
  }

  private JsonObject inQuery(FieldDescriptor field) {
    JsonObject parameter = new JsonObject();
    parameter.addProperty("name", Schemas.nameOf(field));
    parameter.addProperty("in", "query");
    parameter.addProperty("description", contract.comment(field));
    parameter.add("schema", schemas.of(field));
    return parameter;
  }

  private Optional<JsonObject> requestBody(Rpc rpc, HttpBinding binding) {
    if (binding.body().isEmpty()) {
      return Optional.empty();
    }
    if (rpc.method().isClientStreaming()) {
      return Optional.of(content("application/octet-stream", Schemas.binary()));
    }
    Descriptor request = rpc.method().getInputType();
    JsonObject schema =
        binding.body().equals("*")
            ? schemas.reference(request)
            : schemas.of(java.util.Objects.requireNonNull(request.findFieldByName(binding.body())));
    return Optional.of(content("application/json", schema));
  }

  private JsonObject responses(Rpc rpc, HttpBinding binding) {
    JsonObject ok;
    if (rpc.method().isServerStreaming()) {
      ok =
          binding.responseBody().isEmpty()
              ? content("application/x-ndjson", schemas.reference(rpc.method().getOutputType()))
              : content("application/octet-stream", Schemas.binary());
    } else {
      ok = content("application/json", schemas.reference(rpc.method().getOutputType()));
    }
    ok.addProperty("description", "OK");
    JsonObject responses = new JsonObject();
    responses.add("200", ok);
    JsonObject problem = new JsonObject();
    problem.addProperty("$ref", "#/components/responses/Problem");
    responses.add("default", problem);
    return responses;
  }

  private static JsonObject content(String mediaType, JsonObject schema) {
    JsonObject media = new JsonObject();
    media.add("schema", schema);
    JsonObject content = new JsonObject();
    content.add(mediaType, media);
    JsonObject holder = new JsonObject();
    holder.add("content", content);
    return holder;
  }

  private JsonObject components() {
    JsonObject problem = content("application/problem+json", Schemas.problem());
    problem.addProperty("description", "What went wrong; docs/errors.md lists every reason.");
    JsonObject responses = new JsonObject();
    responses.add("Problem", problem);
    JsonObject components = new JsonObject();
    components.add("schemas", schemas.collected());
    components.add("responses", responses);
    components.add("securitySchemes", Schemas.security());
    return components;
  }
}
