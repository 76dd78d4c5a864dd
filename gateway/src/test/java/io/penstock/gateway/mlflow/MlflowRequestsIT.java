package io.penstock.gateway.mlflow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.penstock.proto.mlflow.v1.CreateExperimentRequest;
import io.penstock.proto.mlflow.v1.CreateExperimentResponse;
import io.penstock.proto.mlflow.v1.DeleteLoggedModelTagRequest;
import io.penstock.proto.mlflow.v1.DeleteRegisteredModelTagRequest;
import io.penstock.proto.mlflow.v1.GetMetricHistoryBulkIntervalRequest;
import io.penstock.proto.mlflow.v1.GetServerInfoResponse;
import io.penstock.proto.mlflow.v1.LogBatchRequest;
import io.penstock.proto.mlflow.v1.SearchExperimentsRequest;
import io.penstock.proto.mlflow.v1.UpdateRegisteredModelRequest;
import io.penstock.proto.mlflow.v1.ViewType;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a request of MLflow's clients becomes, and who may send it.
class MlflowRequestsIT extends MlflowFixture {

  @ParameterizedTest
  @ValueSource(strings = {"/api/2.0/", "/ajax-api/2.0/"})
  void post_underBothPrefixes(String prefix) {
    BACKEND.answers.put(
        "CreateExperiment",
        it -> List.of(CreateExperimentResponse.newBuilder().setExperimentId("7").build()));
    HttpResponse<String> response =
        send(json("POST", prefix + "mlflow/experiments/create", "{\"name\":\"wölfe\",\"x\":1}"));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("{\"experiment_id\":\"7\"}");
    assertThat(BACKEND.asked.get())
        .isEqualTo(CreateExperimentRequest.newBuilder().setName("wölfe").build());
  }

  @Test
  void post_emptyAnswer() {
    HttpResponse<String> response =
        send(json("POST", API + "runs/log-batch", "{\"run_id\":\"r\"}"));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("{}");
    assertThat(BACKEND.asked.get()).isEqualTo(LogBatchRequest.newBuilder().setRunId("r").build());
  }

  @Test
  void patchAndDelete_haveBodies() {
    send(json("PATCH", API + "registered-models/update", "{\"name\":\"m\",\"description\":\"\"}"));
    assertThat(BACKEND.asked.get())
        .isEqualTo(
            UpdateRegisteredModelRequest.newBuilder().setName("m").setDescription("").build());
    send(json("DELETE", API + "registered-models/delete-tag", "{\"name\":\"m\",\"key\":\"k\"}"));
    assertThat(BACKEND.asked.get())
        .isEqualTo(DeleteRegisteredModelTagRequest.newBuilder().setName("m").setKey("k").build());
  }

  @Test
  void get_fillsFieldsFromTheQuery() {
    send(
        to(
            API
                + "experiments/search?max_results=5&order_by=name+ASC&order_by=creation_time&view_type=ALL&filter=name+%3D+%27a%26b%27&other=1"));
    assertThat(BACKEND.asked.get())
        .isEqualTo(
            SearchExperimentsRequest.newBuilder()
                .setMaxResults(5)
                .addOrderBy("name ASC")
                .addOrderBy("creation_time")
                .setViewType(ViewType.ALL)
                .setFilter("name = 'a&b'")
                .build());
    send(to(API + "metrics/get-history-bulk-interval?run_ids=a&run_ids=b&start_step=-1"));
    assertThat(BACKEND.asked.get())
        .isEqualTo(
            GetMetricHistoryBulkIntervalRequest.newBuilder()
                .addRunIds("a")
                .addRunIds("b")
                .setStartStep(-1)
                .build());
  }

  @Test
  void path_fillsFields() {
    send(to(API + "logged-models/m-1/tags/mlflow:a%2Fb%20c").DELETE());
    assertThat(BACKEND.asked.get())
        .isEqualTo(
            DeleteLoggedModelTagRequest.newBuilder()
                .setModelId("m-1")
                .setTagKey("mlflow:a/b c")
                .build());
  }

  @Test
  void serverInfo_isPublic() {
    BACKEND.answers.put(
        "GetServerInfo",
        it ->
            List.of(
                GetServerInfoResponse.newBuilder()
                    .setStoreType("SqlStore")
                    .setWorkspacesEnabled(false)
                    .setTraceArchivalEnabled(false)
                    .build()));
    for (String prefix : List.of("/api", "/ajax-api")) {
      assertThat(send(anonymous(prefix + "/3.0/mlflow/server-info")).body())
          .isEqualTo(
              "{\"store_type\":\"SqlStore\",\"workspaces_enabled\":false,\"trace_archival_enabled\":false}");
    }
  }

  @Test
  void probes_areText() {
    assertThat(send(anonymous("/health")).body()).isEqualTo("OK");
    assertThat(send(anonymous("/version")).body()).matches("\\d+\\.\\d+\\.\\d+\\+penstock");
  }

  @Test
  void openApi_hasTheRoutesAndTheNames() {
    JsonObject document = object(send(anonymous("/openapi.json")));
    assertThat(document.getAsJsonObject("paths").keySet())
        .contains(
            "/api/2.0/mlflow/runs/log-batch",
            "/api/2.0/mlflow-artifacts/artifacts/{path}",
            "/api/2.0/mlflow/logged-models/{model_id}/tags/{tag_key}");
    assertThat(
            document
                .getAsJsonObject("components")
                .getAsJsonObject("schemas")
                .getAsJsonObject("penstock.mlflow.v1.RunInfo")
                .getAsJsonObject("properties")
                .keySet())
        .contains("run_id", "start_time");
  }

  private HttpResponse<String> withAuthorization(String header) {
    return send(anonymous(API + "runs/get?run_id=r").header("Authorization", header));
  }

  private static String basic(String user, String password) {
    return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ada", "token", ""})
  void basic_withAToken(String user) {
    String token = token("viewer");
    assertThat(withAuthorization(basic(user, token)).statusCode()).isEqualTo(200);
    assertThat(BACKEND.credential.get()).isEqualTo(token);
  }

  @Test
  void basic_refused() {
    for (String header :
        List.of(
            basic("eve", token("viewer")),
            basic("ada", "wrong"),
            basic("ada", ""),
            "Basic " + token("viewer"),
            "Basic",
            "Basic ???",
            "Digest username=\"ada\"")) {
      HttpResponse<String> response = withAuthorization(header);
      assertError(response, 401, "UNAUTHENTICATED");
      assertThat(response.headers().allValues("WWW-Authenticate"))
          .containsExactly("Basic realm=\"mlflow\"");
    }
  }

  @Test
  void permission_isTheContracts() {
    assertError(withAuthorization(basic("ada", token("client"))), 403, "PERMISSION_DENIED");
  }
}
