package io.penstock.registry.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.Message;
import io.penstock.kit.failure.FailureException;
import io.penstock.proto.mlflow.v1.CreateRegisteredModelRequest;
import io.penstock.proto.mlflow.v1.DatasetInput;
import io.penstock.proto.mlflow.v1.GetRunRequest;
import io.penstock.proto.mlflow.v1.LogBatchRequest;
import io.penstock.proto.mlflow.v1.LogInputsRequest;
import io.penstock.proto.mlflow.v1.Metric;
import io.penstock.proto.mlflow.v1.Param;
import io.penstock.proto.mlflow.v1.SearchRunsRequest;
import io.penstock.proto.registry.v1.GetModelRequest;
import io.penstock.registry.MlflowFailure;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RequiredFieldsTest {

  private static final Metric METRIC =
      Metric.newBuilder().setKey("loss").setValue(0).setTimestamp(0).build();

  private final RequiredFields fields = new RequiredFields();

  @ParameterizedTest
  @MethodSource
  void check_missing_namesTheParameter(Message request, String parameter) {
    assertThatExceptionOfType(FailureException.class)
        .isThrownBy(() -> fields.check(request))
        .satisfies(
            thrown ->
                assertThat(thrown.failure()).isEqualTo(MlflowFailure.missing(parameter).failure()));
  }

  static Stream<Arguments> check_missing_namesTheParameter() {
    return Stream.of(
        Arguments.of(CreateRegisteredModelRequest.getDefaultInstance(), "name"),
        Arguments.of(CreateRegisteredModelRequest.newBuilder().setName("").build(), "name"),
        Arguments.of(GetRunRequest.newBuilder().setRunUuid("").build(), "run_id"),
        Arguments.of(
            batch().addMetrics(METRIC).addMetrics(METRIC.toBuilder().clearKey()).build(),
            "metrics[1].key"),
        Arguments.of(
            batch().addMetrics(METRIC.toBuilder().clearValue()).build(), "metrics[0].value"),
        Arguments.of(batch().addParams(Param.getDefaultInstance()).build(), "params[0].key"),
        Arguments.of(
            LogInputsRequest.newBuilder()
                .setRunId("r")
                .addDatasets(DatasetInput.getDefaultInstance())
                .build(),
            "datasets[0].dataset"),
        Arguments.of(
            LogInputsRequest.newBuilder()
                .setRunId("r")
                .addDatasets(
                    DatasetInput.newBuilder()
                        .setDataset(
                            io.penstock.proto.mlflow.v1.Dataset.newBuilder().setName("flights")))
                .build(),
            "datasets[0].dataset.digest"));
  }

  @ParameterizedTest
  @MethodSource
  void check_complete_letsPass(Message request) {
    assertThatCode(() -> fields.check(request)).doesNotThrowAnyException();
  }

  static Stream<Message> check_complete_letsPass() {
    return Stream.of(
        batch().addMetrics(METRIC).addParams(Param.newBuilder().setKey("depth")).build(),
        GetRunRequest.newBuilder().setRunUuid("r").build(),
        SearchRunsRequest.getDefaultInstance());
  }

  @Test
  void check_nativeRequest_isNoneOfItsBusiness() {
    assertThatCode(() -> fields.check(GetModelRequest.getDefaultInstance()))
        .doesNotThrowAnyException();
  }

  private static LogBatchRequest.Builder batch() {
    return LogBatchRequest.newBuilder().setRunId("r");
  }
}
