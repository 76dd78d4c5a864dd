package io.penstock.conformance.cases;

import static io.penstock.conformance.suite.Section.METADATA;
import static io.penstock.conformance.wire.Transport.GRPC;
import static io.penstock.conformance.wire.Transport.REST;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.penstock.conformance.model.Models;
import io.penstock.conformance.suite.Case;
import io.penstock.conformance.suite.Check;
import io.penstock.conformance.suite.Extension;
import io.penstock.conformance.wire.Datatype;
import io.penstock.conformance.wire.Refusal;
import io.penstock.conformance.wire.Server;
import io.penstock.proto.oip.ModelMetadataRequest;
import io.penstock.proto.oip.ModelMetadataResponse.TensorMetadata;
import io.penstock.proto.oip.ServerMetadataRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// What server and models say of themselves.
final class MetadataCases {

  /// A model and the tensors that its metadata must show.
  private record Shown(String model, List<String> inputs, List<String> outputs) {}

  private static final List<Shown> SHOWN =
      List.of(
          new Shown(
              Models.SIMPLE,
              List.of("INPUT0 INT32 [-1, 16]", "INPUT1 INT32 [-1, 16]"),
              List.of("OUTPUT0 INT32 [-1, 16]", "OUTPUT1 INT32 [-1, 16]")),
          one(Models.FIXED, "FP32 [2, 3]"),
          one(Models.SCALAR, "FP32 []"),
          one(Models.RANK4, "FP32 [-1, -1, -1, -1]"));

  private MetadataCases() {}

  private static Shown one(String model, String tensor) {
    return new Shown(model, List.of("INPUT0 " + tensor), List.of("OUTPUT0 " + tensor));
  }

  static List<Case> all() {
    var cases = new ArrayList<>(server());
    var shown = new ArrayList<>(SHOWN);
    for (var type : Datatype.values()) {
      shown.add(one(Models.identity(type.name()), type + " [-1, -1]"));
    }
    for (var model : shown) {
      cases.add(model("grpc", model, server -> grpc(server, model)).over(GRPC));
      cases.add(model("rest", model, server -> rest(server, model)).over(REST));
    }
    cases.addAll(unknown());
    cases.addAll(versions());
    return cases;
  }

  private static Case model(String transport, Shown shown, Case.Body body) {
    return Case.of(METADATA, "metadata.model.%s.%s".formatted(shown.model(), transport), body)
        .with(shown.model());
  }

  private static List<Case> server() {
    return List.of(
        Case.of(METADATA, "metadata.server.grpc", MetadataCases::serverGrpc).over(GRPC),
        Case.of(METADATA, "metadata.server.rest", server -> serverRest(server, "/v2")).over(REST),
        Case.of(METADATA, "metadata.server.rest_slash", server -> serverRest(server, "/v2/"))
            .over(REST)
            .should(),
        Case.of(METADATA, "metadata.server.same", MetadataCases::sameExtensions).over(GRPC, REST),
        Case.of(METADATA, "metadata.unknown_path.rest", MetadataCases::unknownPath).over(REST));
  }

  private static void serverGrpc(Server server) {
    var metadata = server.grpc().serverMetadata(ServerMetadataRequest.getDefaultInstance());
    Check.that(!metadata.getName().isEmpty(), "a name", metadata);
    Check.that(!metadata.getVersion().isEmpty(), "a version", metadata);
  }

  private static void serverRest(Server server, String path) {
    var answer = Check.ok(server.rest().get(path));
    for (var member : List.of("name", "version")) {
      Check.that(!answer.json().get(member).getAsString().isEmpty(), "a " + member, answer);
    }
    extensions(answer.json());
  }

  private static Set<String> extensions(JsonObject metadata) {
    return metadata.getAsJsonArray("extensions").asList().stream()
        .map(JsonElement::getAsString)
        .collect(Collectors.toSet());
  }

  private static void sameExtensions(Server server) {
    var grpc = server.grpc().serverMetadata(ServerMetadataRequest.getDefaultInstance());
    var rest = server.rest().get("/v2").json();
    // Binary tensors are of REST alone, so a server may name them there only.
    var expected = new java.util.HashSet<>(grpc.getExtensionsList());
    var got = new java.util.HashSet<>(extensions(rest));
    var binary = Extension.BINARY_TENSOR_DATA.label();
    expected.remove(binary);
    got.remove(binary);
    Check.equal("over REST the extensions", expected, got);
    Check.equal("the name", grpc.getName(), rest.get("name").getAsString());
  }

  private static void unknownPath(Server server) {
    Check.clientError(server.rest().get("/v2/nothing/here"));
  }

  private static void grpc(Server server, Shown shown) {
    var request = ModelMetadataRequest.newBuilder().setName(shown.model()).build();
    server.note(request.toString());
    var metadata = server.grpc().modelMetadata(request);
    Check.equal("name", shown.model(), metadata.getName());
    Check.that(!metadata.getPlatform().isEmpty(), "a platform", metadata);
    Check.that(metadata.getVersionsList().contains("1"), "versions with 1", metadata);
    Check.equal("inputs", shown.inputs(), tensors(metadata.getInputsList()));
    Check.equal("outputs", shown.outputs(), tensors(metadata.getOutputsList()));
  }

  private static List<String> tensors(List<TensorMetadata> tensors) {
    return tensors.stream()
        .map(tensor -> tensor.getName() + " " + tensor.getDatatype() + " " + tensor.getShapeList())
        .toList();
  }

  private static void rest(Server server, Shown shown) {
    var answer = Check.ok(server.rest().get("/v2/models/" + shown.model()));
    var metadata = answer.json();
    Check.equal("name", shown.model(), metadata.get("name").getAsString());
    Check.that(!metadata.get("platform").getAsString().isEmpty(), "a platform", answer);
    Check.equal("inputs", shown.inputs(), tensors(metadata.getAsJsonArray("inputs")));
    Check.equal("outputs", shown.outputs(), tensors(metadata.getAsJsonArray("outputs")));
  }

  private static List<String> tensors(JsonArray tensors) {
    return tensors.asList().stream().map(MetadataCases::tensor).toList();
  }

  private static String tensor(JsonElement item) {
    var tensor = item.getAsJsonObject();
    // A tensor without dimensions may be written without a shape: proto3's JSON leaves it out.
    var shape =
        tensor.has("shape") ? tensor.getAsJsonArray("shape").asList() : List.<JsonElement>of();
    return "%s %s %s"
        .formatted(
            tensor.get("name").getAsString(),
            tensor.get("datatype").getAsString(),
            shape.stream().map(MetadataCases::number).toList());
  }

  // 64-bit numbers are JSON strings in proto3's own JSON, and numbers in the protocol.
  private static long number(JsonElement item) {
    if (!item.getAsJsonPrimitive().isNumber()) {
      throw new IllegalArgumentException("a dimension is no number: " + item);
    }
    return item.getAsLong();
  }

  private static List<Case> unknown() {
    return List.of(
        unknownGrpc("metadata.unknown_model.grpc", "no_such_model", ""),
        unknownGrpc("metadata.unknown_version.grpc", Models.SIMPLE, "99"),
        unknownGrpc("metadata.no_model.grpc", "", ""),
        unknownRest("metadata.unknown_model.rest", "/v2/models/no_such_model"),
        unknownRest("metadata.unknown_version.rest", "/v2/models/simple/versions/99"));
  }

  private static Case unknownGrpc(String id, String model, String version) {
    var request = ModelMetadataRequest.newBuilder().setName(model).setVersion(version).build();
    return Case.of(
            METADATA,
            id,
            server ->
                Check.refusedAs(
                    () -> server.grpc().modelMetadata(request), Refusal.NOT_FOUND, Refusal.INVALID))
        .over(GRPC);
  }

  private static Case unknownRest(String id, String path) {
    return Case.of(METADATA, id, server -> Check.clientError(server.rest().get(path))).over(REST);
  }

  private static List<Case> versions() {
    return List.of(
        Case.of(METADATA, "metadata.versions.grpc", MetadataCases::versionsGrpc)
            .over(GRPC)
            .with(Models.VERSIONS),
        Case.of(METADATA, "metadata.versions.rest", MetadataCases::versionsRest)
            .over(REST)
            .with(Models.VERSIONS));
  }

  private static void versionsGrpc(Server server) {
    var request = ModelMetadataRequest.newBuilder().setName(Models.VERSIONS).build();
    var versions = server.grpc().modelMetadata(request).getVersionsList();
    Check.equal("versions", Set.of("1", "2"), Set.copyOf(versions));
  }

  private static void versionsRest(Server server) {
    for (var version : List.of("1", "2")) {
      var path = "/v2/models/" + Models.VERSIONS + "/versions/" + version;
      var answer = Check.ok(server.rest().get(path));
      Check.equal("name", Models.VERSIONS, answer.json().get("name").getAsString());
    }
  }
}
