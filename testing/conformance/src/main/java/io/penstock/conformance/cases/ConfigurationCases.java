package io.penstock.conformance.cases;

import static io.penstock.conformance.suite.Section.CONFIGURATION;
import static io.penstock.conformance.wire.Transport.GRPC;
import static io.penstock.conformance.wire.Transport.REST;

import com.google.gson.JsonElement;
import io.penstock.conformance.model.Models;
import io.penstock.conformance.suite.Case;
import io.penstock.conformance.suite.Check;
import io.penstock.conformance.suite.Extension;
import io.penstock.conformance.wire.Refusal;
import io.penstock.conformance.wire.Server;
import io.penstock.proto.oip.DataType;
import io.penstock.proto.oip.ModelConfig;
import io.penstock.proto.oip.ModelConfigRequest;
import java.util.List;

/// How models are configured, as Triton's clients read it.
final class ConfigurationCases {

  private ConfigurationCases() {}

  static List<Case> all() {
    return List.of(
        grpc("simple.grpc", ConfigurationCases::simpleGrpc).with(Models.SIMPLE),
        grpc("version.grpc", ConfigurationCases::versionGrpc).with(Models.SIMPLE),
        grpc("unbatched.grpc", ConfigurationCases::unbatched).with(Models.PLAIN),
        grpc("priorities.grpc", ConfigurationCases::priorities).with(Models.SLOW).should(),
        grpc("ensemble.grpc", ConfigurationCases::ensemble).with(Models.ENSEMBLE),
        grpc("sequence.grpc", ConfigurationCases::sequence).with(Models.ACCUMULATOR),
        grpc("labels.grpc", ConfigurationCases::labels).with(Models.CLASSIFIER).should(),
        grpc("unknown_model.grpc", server -> unknown(server, "no_such_model", "")),
        grpc("unknown_version.grpc", server -> unknown(server, Models.SIMPLE, "99"))
            .with(Models.SIMPLE),
        rest("simple.rest", ConfigurationCases::simpleRest).with(Models.SIMPLE),
        rest("version.rest", server -> names(server, "/v2/models/simple/versions/1/config"))
            .with(Models.SIMPLE),
        rest("unknown_model.rest", server -> unknown(server, "/v2/models/no_such_model/config")),
        rest(
                "unknown_version.rest",
                server -> unknown(server, "/v2/models/simple/versions/99/config"))
            .with(Models.SIMPLE));
  }

  private static Case grpc(String what, Case.Body body) {
    return Case.of(CONFIGURATION, "configuration." + what, body)
        .of(Extension.MODEL_CONFIGURATION)
        .over(GRPC);
  }

  private static Case rest(String what, Case.Body body) {
    return Case.of(CONFIGURATION, "configuration." + what, body)
        .of(Extension.MODEL_CONFIGURATION)
        .over(REST);
  }

  static ModelConfig config(Server server, String model) {
    var request = ModelConfigRequest.newBuilder().setName(model).build();
    server.note(request.toString());
    return server.grpc().modelConfig(request).getConfig();
  }

  private static void simpleGrpc(Server server) {
    var config = config(server, Models.SIMPLE);
    Check.equal("name", Models.SIMPLE, config.getName());
    Check.equal("max_batch_size", Models.SIMPLE_ROWS, config.getMaxBatchSize());
    Check.equal("inputs:", 2, config.getInputCount());
    Check.equal("data_type", DataType.TYPE_INT32, config.getInput(0).getDataType());
    Check.equal("dims without rows", List.of(16L), config.getInput(0).getDimsList());
    Check.equal("outputs:", 2, config.getOutputCount());
    Check.that(
        !config.getPlatform().isEmpty() || !config.getBackend().isEmpty(),
        "a platform or backend",
        config);
  }

  private static void versionGrpc(Server server) {
    var request = ModelConfigRequest.newBuilder().setName(Models.SIMPLE).setVersion("1").build();
    Check.equal("name", Models.SIMPLE, server.grpc().modelConfig(request).getConfig().getName());
  }

  /// A server may find out that a model batches though its file does not say so; then the rows are
  /// no dimension any more.
  private static void unbatched(Server server) {
    var config = config(server, Models.PLAIN);
    var dims = config.getMaxBatchSize() > 0 ? List.of(-1L) : List.of(-1L, -1L);
    Check.equal(
        "for max_batch_size %d the dims".formatted(config.getMaxBatchSize()),
        dims,
        config.getInput(0).getDimsList());
  }

  private static void priorities(Server server) {
    var batching = config(server, Models.SLOW).getDynamicBatching();
    Check.equal("priority_levels", 2L, batching.getPriorityLevels());
  }

  private static void ensemble(Server server) {
    var config = config(server, Models.ENSEMBLE);
    Check.that(config.hasEnsembleScheduling(), "ensemble_scheduling", config);
    Check.equal("steps:", 2, config.getEnsembleScheduling().getStepCount());
  }

  private static void sequence(Server server) {
    var config = config(server, Models.ACCUMULATOR);
    Check.that(config.hasSequenceBatching(), "sequence_batching", config);
  }

  private static void labels(Server server) {
    var config = config(server, Models.CLASSIFIER);
    Check.equal("label_filename", "labels.txt", config.getOutput(0).getLabelFilename());
  }

  private static void unknown(Server server, String model, String version) {
    var request = ModelConfigRequest.newBuilder().setName(model).setVersion(version).build();
    Check.refusedAs(() -> server.grpc().modelConfig(request), Refusal.NOT_FOUND, Refusal.INVALID);
  }

  private static void unknown(Server server, String path) {
    Check.clientError(server.rest().get(path));
  }

  private static void names(Server server, String path) {
    var config = Check.ok(server.rest().get(path)).json();
    Check.equal("name", Models.SIMPLE, config.get("name").getAsString());
  }

  /// Numbers are numbers: `dims` as strings, which proto3's own JSON writes, break clients.
  private static void simpleRest(Server server) {
    var answer = Check.ok(server.rest().get("/v2/models/simple/config"));
    var config = answer.json();
    Check.equal("name", Models.SIMPLE, config.get("name").getAsString());
    Check.equal(
        "max_batch_size", (long) Models.SIMPLE_ROWS, Counts.number(config, "max_batch_size"));
    var input = config.getAsJsonArray("input").get(0).getAsJsonObject();
    Check.equal("data_type", "TYPE_INT32", input.get("data_type").getAsString());
    var dims = input.getAsJsonArray("dims").asList();
    Check.that(
        dims.stream().map(JsonElement::getAsJsonPrimitive).allMatch(dim -> dim.isNumber()),
        "dims as numbers",
        answer);
    Check.equal("dims", List.of(16L), dims.stream().map(JsonElement::getAsLong).toList());
  }
}
