package io.penstock.gateway.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.proto.mlflow.v1.CreateMultipartUploadResponse;
import io.penstock.proto.mlflow.v1.GetExperimentResponse;
import io.penstock.proto.mlflow.v1.GetMetricHistoryResponse;
import io.penstock.proto.mlflow.v1.LogBatchResponse;
import io.penstock.proto.mlflow.v1.Metric;
import io.penstock.proto.mlflow.v1.MultipartUploadCredential;
import io.penstock.proto.mlflow.v1.Run;
import io.penstock.proto.mlflow.v1.RunData;
import io.penstock.proto.mlflow.v1.RunInfo;
import io.penstock.proto.mlflow.v1.RunStatus;
import org.junit.jupiter.api.Test;

class JsonTextTest {

  @Test
  void of_emptyMessage() {
    assertThat(JsonText.of(LogBatchResponse.getDefaultInstance())).isEqualTo("{}");
  }

  @Test
  void of_onlyWhatIsSet() {
    Run run =
        Run.newBuilder()
            .setInfo(
                RunInfo.newBuilder()
                    .setRunId("r")
                    .setRunName("")
                    .setStatus(RunStatus.RUNNING)
                    .setStartTime(1700000000000L))
            .setData(RunData.getDefaultInstance())
            .build();
    assertThat(JsonText.of(run))
        .isEqualTo(
            "{\"info\":{\"run_id\":\"r\",\"run_name\":\"\",\"status\":\"RUNNING\",\"start_time\":1700000000000},\"data\":{}}");
  }

  @Test
  void of_doubles() {
    var history = GetMetricHistoryResponse.newBuilder();
    for (double value : new double[] {0.1, 1, Double.NaN, 1e300, Double.NEGATIVE_INFINITY}) {
      history.addMetrics(Metric.newBuilder().setValue(value));
    }
    assertThat(JsonText.of(history.build()))
        .isEqualTo(
            "{\"metrics\":[{\"value\":0.1},{\"value\":1.0},{\"value\":\"NaN\"},{\"value\":1.0E300},{\"value\":\"-Infinity\"}]}");
  }

  @Test
  void of_largestInteger() {
    var experiment = GetExperimentResponse.newBuilder();
    experiment.getExperimentBuilder().setCreationTime(Long.MAX_VALUE);
    assertThat(JsonText.of(experiment.build()))
        .isEqualTo("{\"experiment\":{\"creation_time\":9223372036854775807}}");
  }

  @Test
  void of_maps() {
    var part = MultipartUploadCredential.newBuilder().setPartNumber(1).putHeaders("A", "b");
    assertThat(JsonText.of(CreateMultipartUploadResponse.newBuilder().addCredentials(part).build()))
        .isEqualTo("{\"credentials\":[{\"part_number\":1,\"headers\":{\"A\":\"b\"}}]}");
  }

  @Test
  void ofError_escapes() {
    assertThat(JsonText.ofError("BAD_REQUEST", "a \"quoted\"\n<b> é"))
        .isEqualTo("{\"error_code\":\"BAD_REQUEST\",\"message\":\"a \\\"quoted\\\"\\n<b> é\"}");
  }
}
