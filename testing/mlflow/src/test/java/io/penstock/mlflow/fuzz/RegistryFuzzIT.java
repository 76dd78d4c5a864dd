package io.penstock.mlflow.fuzz;

import com.google.gson.JsonParser;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import com.google.protobuf.util.JsonFormat;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.penstock.gateway.contract.Contract;
import io.penstock.gateway.contract.Rpc;
import io.penstock.mlflow.MlflowServers;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Random messages to every RPC of the registry, of its own API and of MLflow's, without the
/// gateway before it: no call ends as a bug of ours, or only with its deadline.
@Timeout(value = 2, unit = TimeUnit.HOURS)
class RegistryFuzzIT {

  private static final int CALLERS = 4;
  private static final int LONGEST_SHOWN = 3_000;

  private static final Set<String> PACKAGES = Set.of("penstock.registry.v1", "penstock.mlflow.v1");

  private static final Set<Code> OURS =
      EnumSet.of(
          Code.INTERNAL,
          Code.UNKNOWN,
          Code.DEADLINE_EXCEEDED,
          Code.UNIMPLEMENTED,
          Code.DATA_LOSS,
          Code.UNAVAILABLE);

  private static final JsonFormat.Printer JSON = JsonFormat.printer().preservingProtoFieldNames();

  @RegisterExtension static final MlflowServers servers = MlflowServers.running();

  private final Known known = Seeds.known();
  private final Messages messages = new Messages(known);
  private final Fuzzing fuzzing = new Fuzzing();
  private final List<Rpc> rpcs =
      Contract.load().rpcs().stream()
          .filter(rpc -> PACKAGES.contains(rpc.method().getFile().getPackage()))
          .toList();

  @Test
  void anyMessage_isAnswered() throws Exception {
    begin();
    fuzzing.run(CALLERS, () -> new Calling()::once);
    fuzzing.conclude();
  }

  private final class Calling {

    private final RpcCaller caller = new RpcCaller(servers.registryChannel());

    void once(Chance chance) throws InterruptedException {
      var rpc = chance.of(rpcs);
      List<DynamicMessage> requests = new ArrayList<>();
      for (int i = rpc.method().isClientStreaming() ? chance.below(4) : 0; i >= 0; i--) {
        requests.add(messages.of(rpc.method().getInputType(), chance));
      }
      judge(rpc, requests, caller.call(rpc, requests));
    }
  }

  private void judge(Rpc rpc, List<DynamicMessage> requests, RpcCaller.Outcome outcome) {
    var status = outcome.status();
    fuzzing.count(status.getCode().name());
    if (OURS.contains(status.getCode()) && !isOfAnother(rpc, status)) {
      fuzzing.found(rpc.fullName() + " " + status.getCode(), shown(requests) + "\n  → " + status);
    }
    outcome.answer().ifPresent(this::learn);
  }

  /// Feature-service, which some calls ask, is not there.
  private static boolean isOfAnother(Rpc rpc, Status status) {
    return status.getCode() == Code.UNAVAILABLE
        && !String.valueOf(status.getDescription()).contains("database")
        && rpc.fullName().startsWith("penstock.registry");
  }

  private static String shown(List<DynamicMessage> requests) {
    var text = new StringBuilder();
    for (var request : requests) {
      text.append(TextFormat.printer().emittingSingleLine(true).printToString(request))
          .append(" | ");
    }
    return text.length() <= LONGEST_SHOWN ? text.toString() : text.substring(0, LONGEST_SHOWN);
  }

  private void learn(Message answer) {
    try {
      known.learn(JsonParser.parseString(JSON.print(answer)));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("an answer that is no JSON: " + answer, e);
    }
  }

  /// One of each thing, so that the first requests find some.
  private void begin() throws Exception {
    begin("mlflow.v1.TrackingService/CreateExperiment", Map.of("name", "fuzzed"));
    begin("mlflow.v1.TrackingService/CreateRun", Map.of("experiment_id", "1"));
    begin("mlflow.v1.TrackingService/CreateRun", Map.of("experiment_id", "1"));
    begin("mlflow.v1.LoggedModelService/CreateLoggedModel", Map.of("experiment_id", "1"));
    begin("mlflow.v1.ModelRegistryService/CreateRegisteredModel", Map.of("name", "fuzzed"));
    for (int i = 0; i < 3; i++) {
      begin(
          "mlflow.v1.ModelRegistryService/CreateModelVersion",
          Map.of("name", "fuzzed", "source", "s3://bucket/model"));
    }
    begin("registry.v1.ExperimentService/CreateExperiment", Map.of("experiment_id", "native"));
    begin("registry.v1.ExperimentService/CreateRun", Map.of("parent", "experiments/native"));
    begin("registry.v1.ModelService/CreateModel", Map.of("model_id", "native"));
    known.add("name", "models/fuzzed/versions/1", "models/fuzzed/release", "models/native");
    known.add("version", "models/fuzzed/versions/1", "models/fuzzed/versions/2");
    known.add("parent", "models/fuzzed", "experiments/native", "models/fuzzed/versions/1");
  }

  private void begin(String rpc, Map<String, String> fields) throws Exception {
    var found =
        rpcs.stream()
            .filter(it -> it.fullName().equals("penstock." + rpc))
            .findFirst()
            .orElseThrow();
    var request = DynamicMessage.newBuilder(found.method().getInputType());
    fields.forEach(
        (name, value) ->
            request.setField(found.method().getInputType().findFieldByName(name), value));
    var outcome = new RpcCaller(servers.registryChannel()).call(found, List.of(request.build()));
    if (!outcome.status().isOk()) {
      throw new AssertionError(rpc + ": " + outcome.status());
    }
    outcome.answer().ifPresent(this::learn);
  }
}
