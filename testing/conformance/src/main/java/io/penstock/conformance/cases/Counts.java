package io.penstock.conformance.cases;

import com.google.gson.JsonObject;
import io.penstock.conformance.suite.Check;
import io.penstock.conformance.wire.Server;
import io.penstock.conformance.wire.Transport;
import io.penstock.proto.oip.ModelStatistics;
import io.penstock.proto.oip.ModelStatisticsRequest;

/// What a model's statistics count.
///
/// @param inferences rows
/// @param executions runs of the model
record Counts(long inferences, long executions, long successes, long failures, long lastMillis) {

  /// Of a model's only version.
  static Counts of(Server server, Transport transport, String model) {
    return transport == Transport.GRPC ? grpc(server, model) : rest(server, model);
  }

  private static Counts grpc(Server server, String model) {
    var request = ModelStatisticsRequest.newBuilder().setName(model).build();
    var all = server.grpc().modelStatistics(request).getModelStatsList();
    Check.equal("statistics of versions:", 1, all.size());
    return of(all.getFirst());
  }

  private static Counts of(ModelStatistics statistics) {
    return new Counts(
        statistics.getInferenceCount(),
        statistics.getExecutionCount(),
        statistics.getInferenceStats().getSuccess().getCount(),
        statistics.getInferenceStats().getFail().getCount(),
        statistics.getLastInference());
  }

  private static Counts rest(Server server, String model) {
    var answer = Check.ok(server.rest().get("/v2/models/" + model + "/stats"));
    var all = answer.json().getAsJsonArray("model_stats");
    Check.equal("statistics of versions:", 1, all.size());
    var one = all.get(0).getAsJsonObject();
    var inferences = one.getAsJsonObject("inference_stats");
    return new Counts(
        number(one, "inference_count"),
        number(one, "execution_count"),
        number(inferences.getAsJsonObject("success"), "count"),
        number(inferences.getAsJsonObject("fail"), "count"),
        number(one, "last_inference"));
  }

  static long number(JsonObject owner, String name) {
    var value = owner.getAsJsonPrimitive(name);
    if (!value.isNumber()) {
      throw new IllegalArgumentException("%s is no number: %s".formatted(name, value));
    }
    return value.getAsLong();
  }

  Counts since(Counts before) {
    return new Counts(
        inferences - before.inferences,
        executions - before.executions,
        successes - before.successes,
        failures - before.failures,
        lastMillis);
  }
}
