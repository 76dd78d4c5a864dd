package io.penstock.e2e.mlflow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.penstock.e2e.suite.Client;
import io.penstock.e2e.suite.RestAnswer;
import java.net.http.HttpRequest.BodyPublishers;

/// Calls the gateway as MLflow's own clients do.
final class MlflowClient {

  private static final String API = "/api/2.0/mlflow/";
  private static final String FILES = "/api/2.0/mlflow-artifacts/artifacts/";
  private static final String PROXY = "mlflow-artifacts:/";

  // What mlflow.onnx writes beside the model, shortened to what says that it is one.
  private static final String MLMODEL =
      """
      artifact_path: model
      flavors:
        onnx:
          data: model.onnx
          onnx_version: 1.17.0
          providers:
          - CPUExecutionProvider
        python_function:
          data: model.onnx
          loader_module: mlflow.onnx
          python_version: 3.11.2
      mlflow_version: 3.1.0
      signature:
        inputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 2]}, "name": "features"}]'
        outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 1]}, "name": "probability"}]'
      """;

  private final Client client;

  MlflowClient(Client client) {
    this.client = client;
  }

  /// What an RPC answers, which has to be well.
  JsonObject call(String path, String json) {
    var answer = client.post(API + path, json);
    assertThat(answer.status()).as("%s: %s", path, answer.body()).isEqualTo(200);
    return answer.json();
  }

  RestAnswer post(String path, String json) {
    return client.post(API + path, json);
  }

  RestAnswer get(String path) {
    return client.get(API + path);
  }

  /// Starts a run, logs a metric and the model, and ends it.
  ///
  /// @return where the model lies
  String logModel(byte[] onnx, double auc) {
    var info =
        call("runs/create", "{\"experiment_id\": \"0\"}")
            .getAsJsonObject("run")
            .getAsJsonObject("info");
    var run = info.get("run_id").getAsString();
    call(
        "runs/log-batch",
        """
        {"run_id": "%s", "metrics": [{"key": "auc", "value": %s, "timestamp": 1, "step": 0}],
         "params": [{"key": "depth", "value": "7"}]}"""
            .formatted(run, auc));
    var location = info.get("artifact_uri").getAsString() + "/model";
    put(location + "/model.onnx", onnx);
    put(location + "/MLmodel", MLMODEL.getBytes(UTF_8));
    put(location + "/requirements.txt", "onnx==1.17.0\nnumpy==2.1.0\n".getBytes(UTF_8));
    call("runs/update", "{\"run_id\": \"%s\", \"status\": \"FINISHED\"}".formatted(run));
    return location;
  }

  private void put(String uri, byte[] bytes) {
    var answer = sendFile(uri, bytes);
    assertThat(answer.status()).as("%s: %s", uri, answer.body()).isEqualTo(200);
  }

  RestAnswer sendFile(String uri, byte[] bytes) {
    return client.send("PUT", path(uri), BodyPublishers.ofByteArray(bytes));
  }

  RestAnswer file(String uri) {
    return client.get(path(uri));
  }

  private static String path(String uri) {
    assertThat(uri).startsWith(PROXY);
    return FILES + uri.substring(PROXY.length());
  }

  /// Registers what lies there as the next version of a model, which is made where it is missing.
  JsonObject register(String model, String location) {
    post("registered-models/create", "{\"name\": \"%s\"}".formatted(model));
    var run = location.split("/")[2];
    return call(
            "model-versions/create",
            "{\"name\": \"%s\", \"source\": \"%s\", \"run_id\": \"%s\"}"
                .formatted(model, location, run))
        .getAsJsonObject("model_version");
  }
}
