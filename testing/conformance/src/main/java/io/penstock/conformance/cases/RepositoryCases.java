package io.penstock.conformance.cases;

import static io.penstock.conformance.suite.Section.REPOSITORY;
import static io.penstock.conformance.wire.Transport.GRPC;
import static io.penstock.conformance.wire.Transport.REST;

import io.penstock.conformance.model.Models;
import io.penstock.conformance.suite.Case;
import io.penstock.conformance.suite.Check;
import io.penstock.conformance.suite.Extension;
import io.penstock.conformance.wire.Datatype;
import io.penstock.conformance.wire.Encoding;
import io.penstock.conformance.wire.InferCall;
import io.penstock.conformance.wire.InferReply.Answered;
import io.penstock.conformance.wire.Refusal;
import io.penstock.conformance.wire.Server;
import io.penstock.conformance.wire.Transport;
import io.penstock.proto.oip.ModelReadyRequest;
import io.penstock.proto.oip.ModelRepositoryParameter;
import io.penstock.proto.oip.RepositoryIndexRequest;
import io.penstock.proto.oip.RepositoryIndexResponse.ModelIndex;
import io.penstock.proto.oip.RepositoryModelLoadRequest;
import io.penstock.proto.oip.RepositoryModelUnloadRequest;
import io.penstock.proto.oip.repository.ModelRepositoryServiceGrpc;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The index of models, loading and unloading.
final class RepositoryCases {

  private static final String CONFIG =
      """
      {"name":"loadable","platform":"onnxruntime_onnx","max_batch_size":0,\
      "input":[{"name":"INPUT0","data_type":"TYPE_FP32","dims":[-1,-1]}],\
      "output":[{"name":"OUTPUT0","data_type":"TYPE_FP32","dims":[-1,-1]}],\
      "parameters":{"weight":{"string_value":"3"}}}""";

  private RepositoryCases() {}

  static List<Case> all() {
    var cases = new ArrayList<Case>();
    index(cases);
    cycles(cases);
    mistakes(cases);
    configs(cases);
    dialects(cases);
    return cases;
  }

  private static Case grpc(String what, Case.Body body) {
    return Case.of(REPOSITORY, "repository." + what, body)
        .of(Extension.MODEL_REPOSITORY)
        .over(GRPC)
        .with(Models.LOADABLE);
  }

  private static Case rest(String what, Case.Body body) {
    return Case.of(REPOSITORY, "repository." + what, body)
        .of(Extension.MODEL_REPOSITORY)
        .over(REST)
        .with(Models.LOADABLE);
  }

  private static void index(List<Case> cases) {
    cases.add(
        grpc(
            "index.grpc",
            server -> {
              var entry = find(index(server, false), Models.LOADABLE);
              Check.equal("state", "READY", entry.getState());
              Check.equal("version", "1", entry.getVersion());
            }));
    cases.add(
        grpc(
            "index_ready_only.grpc",
            server ->
                Check.that(
                    index(server, true).stream().allMatch(one -> one.getState().equals("READY")),
                    "READY models only",
                    index(server, true))));
    cases.add(rest("index.rest", server -> indexed(server, "{}")));
    cases.add(rest("index_ready_only.rest", server -> indexed(server, "{\"ready\":true}")));
    cases.add(rest("index_without_body.rest", server -> indexed(server, "")));
    cases.add(
        rest(
            "index_malformed.rest",
            server -> Check.clientError(server.rest().post("/v2/repository/index", "{"))));
  }

  private static List<ModelIndex> index(Server server, boolean ready) {
    var request = RepositoryIndexRequest.newBuilder().setReady(ready).build();
    return server.grpc().repositoryIndex(request).getModelsList();
  }

  private static ModelIndex find(List<ModelIndex> index, String model) {
    return index.stream()
        .filter(entry -> entry.getName().equals(model))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(model + " is not in the index " + index));
  }

  private static void indexed(Server server, String body) {
    var answer = Check.ok(server.rest().post("/v2/repository/index", body));
    var models = com.google.gson.JsonParser.parseString(answer.text());
    Check.that(models.isJsonArray(), "a JSON array", answer);
    Check.that(
        models.getAsJsonArray().asList().stream()
            .map(entry -> entry.getAsJsonObject())
            .anyMatch(
                entry ->
                    entry.get("name").getAsString().equals(Models.LOADABLE)
                        && entry.get("state").getAsString().equals("READY")),
        "an entry of " + Models.LOADABLE + " that is READY",
        answer);
  }

  private static void cycles(List<Case> cases) {
    cases.add(grpc("unload_and_load.grpc", server -> cycle(server, GRPC)));
    cases.add(rest("unload_and_load.rest", server -> cycle(server, REST)));
    cases.add(grpc("load_of_a_loaded_one.grpc", server -> reload(server, GRPC)));
    cases.add(rest("load_of_a_loaded_one.rest", server -> reload(server, REST)));
    cases.add(grpc("unload_twice.grpc", RepositoryCases::unloadTwice).should());
    cases.add(grpc("cycles_10.grpc", RepositoryCases::manyCycles));
    cases.add(
        rest(
            "load_without_body.rest",
            server -> {
              Check.ok(server.rest().post("/v2/repository/models/loadable/load", ""));
              works(server, REST);
            }));
    cases.add(
        rest(
            "unload_with_dependents.rest",
            server -> {
              var body = "{\"parameters\":{\"unload_dependents\":false}}";
              Check.ok(server.rest().post("/v2/repository/models/loadable/unload", body));
              gone(server, REST);
              load(server, REST);
              works(server, REST);
            }));
  }

  private static void cycle(Server server, Transport transport) {
    try {
      unload(server, transport);
      gone(server, transport);
    } finally {
      load(server, transport);
    }
    works(server, transport);
  }

  private static void load(Server server, Transport transport) {
    if (transport == GRPC) {
      server.grpc().repositoryModelLoad(loading().build());
    } else {
      Check.ok(server.rest().post("/v2/repository/models/loadable/load", "{}"));
    }
  }

  private static RepositoryModelLoadRequest.Builder loading() {
    return RepositoryModelLoadRequest.newBuilder().setModelName(Models.LOADABLE);
  }

  private static void unload(Server server, Transport transport) {
    if (transport == GRPC) {
      var request = RepositoryModelUnloadRequest.newBuilder().setModelName(Models.LOADABLE);
      server.grpc().repositoryModelUnload(request.build());
    } else {
      Check.ok(server.rest().post("/v2/repository/models/loadable/unload", "{}"));
    }
  }

  /// Not ready, not answered, and in the index as UNAVAILABLE, if at all.
  private static void gone(Server server, Transport transport) {
    Awaiting.until(Models.LOADABLE + " not ready", () -> ready(server, transport), is -> !is);
    var reply = server.infer(call(), encoding(transport));
    Check.refusedAs(reply, Refusal.NOT_FOUND, Refusal.INVALID, Refusal.UNAVAILABLE);
    if (transport == GRPC) {
      Check.that(
          index(server, true).stream().noneMatch(entry -> entry.getName().equals(Models.LOADABLE)),
          "no unloaded model among those that are ready",
          index(server, true));
    }
  }

  private static boolean ready(Server server, Transport transport) {
    if (transport == REST) {
      return server.rest().get("/v2/models/loadable/ready").status() == 200;
    }
    var request = ModelReadyRequest.newBuilder().setName(Models.LOADABLE).build();
    return server.grpc().modelReady(request).getReady();
  }

  private static void works(Server server, Transport transport) {
    Check.that(ready(server, transport), "ready once load has answered", "not ready");
    Check.output(
        Samples.output(Samples.input(Datatype.FP32, 2, 3)),
        server.infer(call(), encoding(transport)));
  }

  private static InferCall call() {
    return InferCall.of(Models.LOADABLE, Samples.input(Datatype.FP32, 2, 3));
  }

  private static Encoding encoding(Transport transport) {
    return transport == GRPC ? Encoding.GRPC_RAW : Encoding.REST_FLAT;
  }

  private static void reload(Server server, Transport transport) {
    load(server, transport);
    works(server, transport);
  }

  private static void unloadTwice(Server server) {
    try {
      unload(server, GRPC);
      unload(server, GRPC);
    } finally {
      load(server, GRPC);
    }
  }

  private static void manyCycles(Server server) {
    for (int i = 0; i < 10; i++) {
      unload(server, GRPC);
      load(server, GRPC);
      Check.that(
          server.infer(call(), Encoding.GRPC_RAW) instanceof Answered, "an answer", "cycle " + i);
    }
  }

  private static void mistakes(List<Case> cases) {
    cases.add(
        grpc(
            "load_unknown.grpc",
            server ->
                Check.refusal(
                    () ->
                        server
                            .grpc()
                            .repositoryModelLoad(
                                loading().setModelName("no_such_model").build()))));
    cases.add(
        rest(
            "load_unknown.rest",
            server ->
                Check.clientError(
                    server.rest().post("/v2/repository/models/no_such_model/load", "{}"))));
    for (var name : List.of("../loadable", "..", "", "a/b", "/etc/passwd", "a\0b")) {
      cases.add(
          grpc(
              "load_of_path_%s.grpc".formatted(label(name)),
              server ->
                  Check.mistaken(
                      () ->
                          server
                              .grpc()
                              .repositoryModelLoad(loading().setModelName(name).build()))));
    }
    cases.add(
        rest(
            "load_malformed.rest",
            server -> {
              Check.clientError(
                  server.rest().post("/v2/repository/models/loadable/load", "{\"par"));
              works(server, REST);
            }));
  }

  private static String label(String path) {
    return path.replace("\0", "nul").replaceAll("[^a-z]", "_");
  }

  private static void configs(List<Case> cases) {
    cases.add(grpc("load_with_config.grpc", RepositoryCases::withConfig));
    cases.add(grpc("load_with_malformed_config.grpc", server -> badConfig(server, "{\"name\":")));
    cases.add(
        grpc(
            "load_with_impossible_config.grpc",
            server -> badConfig(server, CONFIG.replace("TYPE_FP32", "TYPE_INT8"))));
    cases.add(
        rest(
            "load_with_malformed_config.rest",
            server -> {
              var body = "{\"parameters\":{\"config\":\"{{{\"}}";
              Check.clientError(server.rest().post("/v2/repository/models/loadable/load", body));
              works(server, REST);
            }));
  }

  private static void withConfig(Server server) {
    try {
      server.grpc().repositoryModelLoad(loading().putParameters("config", text(CONFIG)).build());
      works(server, GRPC);
      var config = ConfigurationCases.config(server, Models.LOADABLE);
      Check.equal(
          "parameter weight",
          3.0,
          Double.parseDouble(config.getParametersOrThrow("weight").getStringValue()));
    } finally {
      load(server, GRPC);
    }
  }

  /// A load that fails leaves what was loaded.
  private static void badConfig(Server server, String config) {
    var request = loading().putParameters("config", text(config)).build();
    Check.refusal(() -> server.grpc().repositoryModelLoad(request));
    works(server, GRPC);
  }

  private static ModelRepositoryParameter text(String value) {
    return ModelRepositoryParameter.newBuilder().setStringParam(value).build();
  }

  private static void dialects(List<Case> cases) {
    cases.add(grpc("kserve.name_in_repository_name.grpc", RepositoryCases::kserve).should());
    cases.add(mlserver("index", RepositoryCases::mlserverIndex));
    cases.add(mlserver("unload_and_load", RepositoryCases::mlserverCycle));
    cases.add(
        mlserver(
            "load_unknown",
            server ->
                Check.refusal(
                    () ->
                        mlserver(server)
                            .repositoryModelLoad(
                                loading().setModelName("no_such_model").build()))));
  }

  /// KServe's messages have the model's name where others have the repository's.
  private static void kserve(Server server) {
    var unload = RepositoryModelUnloadRequest.newBuilder().setRepositoryName(Models.LOADABLE);
    try {
      server.grpc().repositoryModelUnload(unload.build());
      gone(server, GRPC);
    } finally {
      var load = RepositoryModelLoadRequest.newBuilder().setRepositoryName(Models.LOADABLE);
      server.grpc().repositoryModelLoad(load.build());
    }
    works(server, GRPC);
  }

  private static Case mlserver(String what, Case.Body body) {
    return grpc("mlserver.%s.grpc".formatted(what), body).of(Extension.MLSERVER_REPOSITORY);
  }

  private static ModelRepositoryServiceGrpc.ModelRepositoryServiceBlockingStub mlserver(
      Server server) {
    return ModelRepositoryServiceGrpc.newBlockingStub(server.channel())
        .withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  private static void mlserverIndex(Server server) {
    var index = mlserver(server).repositoryIndex(RepositoryIndexRequest.getDefaultInstance());
    Check.equal("state", "READY", find(index.getModelsList(), Models.LOADABLE).getState());
  }

  private static void mlserverCycle(Server server) {
    var unload = RepositoryModelUnloadRequest.newBuilder().setModelName(Models.LOADABLE).build();
    try {
      mlserver(server).repositoryModelUnload(unload);
      gone(server, GRPC);
    } finally {
      mlserver(server).repositoryModelLoad(loading().build());
    }
    works(server, GRPC);
  }
}
