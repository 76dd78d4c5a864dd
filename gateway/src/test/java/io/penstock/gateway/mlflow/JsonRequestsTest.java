package io.penstock.gateway.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.Message;
import io.penstock.gateway.GatewayFailure;
import io.penstock.gateway.GatewayFailure.InvalidParameter;
import io.penstock.gateway.GatewayFailure.MalformedRequest;
import io.penstock.kit.failure.FailureException;
import io.penstock.proto.mlflow.v1.CreateExperimentRequest;
import io.penstock.proto.mlflow.v1.LogBatchRequest;
import io.penstock.proto.mlflow.v1.Metric;
import io.penstock.proto.mlflow.v1.RunStatus;
import io.penstock.proto.mlflow.v1.SearchRunsRequest;
import io.penstock.proto.mlflow.v1.TransitionModelVersionStageRequest;
import io.penstock.proto.mlflow.v1.UpdateRunRequest;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonRequestsTest {

  @SuppressWarnings("unchecked")
  private static <T extends Message> T read(T type, String json) {
    Message.Builder message = type.newBuilderForType();
    JsonRequests.read(json.getBytes(StandardCharsets.UTF_8), message);
    return (T) message.build();
  }

  private static LogBatchRequest batch(String json) {
    return read(LogBatchRequest.getDefaultInstance(), json);
  }

  private static Metric metric(String value) {
    return batch("{\"metrics\":[{\"key\":\"m\",\"value\":" + value + "}]}").getMetrics(0);
  }

  @Test
  void read_wholeRequest() {
    assertThat(
            batch(
                """
                {"run_id": "r", "unknown": {"a": [1, {"b": null}]}, "metrics": [
                  {"key": "loss", "value": 0.5, "timestamp": 1700000000000, "step": "7"},
                  {"key": "acc", "value": "1", "timestamp": "1700000000001", "step": 1e1}],
                 "params": [{"key": "π", "value": ""}], "tags": []}
                """))
        .isEqualTo(
            LogBatchRequest.newBuilder()
                .setRunId("r")
                .addMetrics(metric("loss", 0.5, 1700000000000L, 7))
                .addMetrics(metric("acc", 1, 1700000000001L, 10))
                .addParams(io.penstock.proto.mlflow.v1.Param.newBuilder().setKey("π").setValue(""))
                .build());
  }

  private static Metric metric(String key, double value, long timestamp, long step) {
    return Metric.newBuilder()
        .setKey(key)
        .setValue(value)
        .setTimestamp(timestamp)
        .setStep(step)
        .build();
  }

  @ParameterizedTest
  @CsvSource({
    "NaN, NaN",
    "'\"NaN\"', NaN",
    "Infinity, Infinity",
    "'\"Infinity\"', Infinity",
    "-Infinity, -Infinity",
    "'\"-Infinity\"', -Infinity",
    "-0.0, -0.0",
    "1e-400, 0.0",
    "1.7976931348623157e308, 1.7976931348623157e308",
    "'\"1.5e3\"', 1500.0",
  })
  void read_doubles(String json, double value) {
    assertThat(Double.doubleToLongBits(metric(json).getValue()))
        .isEqualTo(Double.doubleToLongBits(value));
  }

  @Test
  void read_nullIsNoValue() {
    CreateExperimentRequest request =
        read(CreateExperimentRequest.getDefaultInstance(), "{\"name\":null,\"tags\":null}");
    assertThat(request.hasName()).isFalse();
    assertThat(request.getTagsCount()).isZero();
  }

  @Test
  void read_theLaterOfTwoCounts() {
    CreateExperimentRequest request =
        read(
            CreateExperimentRequest.getDefaultInstance(),
            "{\"name\":\"a\",\"tags\":[{\"key\":\"x\"}],\"tags\":[],\"name\":\"b\"}");
    assertThat(request.getName()).isEqualTo("b");
    assertThat(request.getTagsCount()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"FINISHED\"", "3", "\"3\""})
  void read_enums(String json) {
    assertThat(read(UpdateRunRequest.getDefaultInstance(), "{\"status\":" + json + "}").getStatus())
        .isEqualTo(RunStatus.FINISHED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n", "null", "{}", "\"{}\"", "\"\"", "{\"other\":1}"})
  void read_nothing(String json) {
    assertThat(batch(json)).isEqualTo(LogBatchRequest.getDefaultInstance());
  }

  @Test
  void read_encodedTwice() {
    assertThat(batch("\"{\\\"run_id\\\":\\\"r\\\"}\"").getRunId()).isEqualTo("r");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`{\"run_id\":123}`, run_id, 123, int",
        "`{\"run_id\":1.5}`, run_id, 1.5, float",
        "`{\"run_id\":true}`, run_id, true, bool",
        "`{\"run_id\":[\"a\"]}`, run_id, `[\"a\"]`, list",
        "`{\"run_id\":{\"a\" : 1} }`, run_id, `{\"a\" : 1}`, dict",
        "`{\"run_id\":\"\\u0000\"}`, run_id, `\"\\u0000\"`, str",
        "`{\"run_id\":\"\\ud83d\"}`, run_id, `\"\\ud83d\"`, str",
        "`{\"run_id\":\"\\ude42\\ud83d\"}`, run_id, `\"\\ude42\\ud83d\"`, str",
        "`{\"metrics\":{}}`, metrics, {}, dict",
        "`{\"metrics\":\"no\"}`, metrics, `\"no\"`, str",
        "`{\"metrics\":[1]}`, metrics[0], 1, int",
        "`{\"metrics\":[{},null]}`, metrics[1], null, NoneType",
        "`{\"metrics\":[{\"value\":\"high\"}]}`, metrics[0].value, `\"high\"`, str",
        "`{\"metrics\":[{\"value\":true}]}`, metrics[0].value, true, bool",
        "`{\"metrics\":[{\"value\":1e999}]}`, metrics[0].value, 1e999, float",
        "`{\"metrics\":[{\"timestamp\":1.5}]}`, metrics[0].timestamp, 1.5, float",
        "`{\"metrics\":[{\"timestamp\":9223372036854775808}]}`, metrics[0].timestamp, 9223372036854775808, int",
        "`{\"metrics\":[{\"timestamp\":\"\"}]}`, metrics[0].timestamp, `\"\"`, str",
        "`{\"metrics\":[{\"timestamp\":NaN}]}`, metrics[0].timestamp, NaN, float",
      })
  void read_wrongValue_isEchoed(String json, String parameter, String value, String type) {
    assertRefused(
        LogBatchRequest.getDefaultInstance(),
        json,
        new InvalidParameter(
            "Invalid value %s for parameter '%s' supplied:  Hint: Value was of type '%s'. See the API docs for more information about request parameters."
                .formatted(value, parameter, type)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"LOST\"", "0", "99", "\"RUN_STATUS_UNSPECIFIED\"", "1e99", "{}"})
  void read_wrongEnum(String json) {
    assertThatExceptionOfType(FailureException.class)
        .isThrownBy(() -> read(UpdateRunRequest.getDefaultInstance(), "{\"status\":" + json + "}"))
        .satisfies(thrown -> assertThat(thrown.failure()).isInstanceOf(InvalidParameter.class));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "\"true\"", "\"yes\"", "[]"})
  void read_wrongBoolean(String json) {
    assertThatExceptionOfType(FailureException.class)
        .isThrownBy(
            () ->
                read(
                    TransitionModelVersionStageRequest.getDefaultInstance(),
                    "{\"archive_existing_versions\":" + json + "}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2147483648", "-2147483649", "1e10"})
  void read_beyond32Bits(String json) {
    assertThatExceptionOfType(FailureException.class)
        .isThrownBy(
            () -> read(SearchRunsRequest.getDefaultInstance(), "{\"max_results\":" + json + "}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "7", "true", "{} {}", "{}]", "\"{\"", "\"[]\"", "{\"run_id\":}"})
  void read_noObject(String json) {
    assertThatExceptionOfType(FailureException.class)
        .isThrownBy(() -> batch(json))
        .satisfies(thrown -> assertThat(thrown.failure()).isInstanceOf(MalformedRequest.class));
  }

  @Test
  void read_echoIsShort() {
    assertThatExceptionOfType(FailureException.class)
        .isThrownBy(() -> batch("{\"metrics\":\"" + "x".repeat(1_000_000) + "\"}"))
        .satisfies(thrown -> assertThat(thrown.getMessage()).hasSizeLessThan(1_000));
  }

  /// A text that looks like a number for a megabyte takes no longer than it is long.
  @Test
  void read_almostANumber() {
    assertThatExceptionOfType(FailureException.class)
        .isThrownBy(() -> metric("\"" + "1".repeat(1_000_000) + "x\""));
  }

  /// Requests with some bytes changed, left out or doubled are read or refused, never anything
  /// else.
  @Test
  void read_anyBytes_areReadOrRefused() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    byte[] sample =
        """
        {"run_id":"r\\u00e9\\ud83d\\ude42ü","metrics":[{"key":"loss","value":-1.5e3,"timestamp":17,"step":"2"},
         {"key":"n","value":NaN}],"params":[{"key":"p","value":null}],"x":{"y":[true,false,[{}]]}}"""
            .getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 50_000; i++) {
      byte[] body = mutated(sample, random);
      try {
        JsonRequests.read(body, LogBatchRequest.newBuilder());
      } catch (FailureException refused) {
        assertThat(refused.failure()).isInstanceOf(GatewayFailure.class);
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", body " + i, e);
      }
    }
  }

  private static byte[] mutated(byte[] sample, Random random) {
    byte[] body = sample.clone();
    for (int n = random.nextInt(1, 6); n > 0; n--) {
      int at = random.nextInt(body.length);
      int other = random.nextInt(body.length);
      switch (random.nextInt(3)) {
        case 0 -> body[at] = (byte) random.nextInt(256);
        case 1 -> body[at] = body[other];
        default ->
            System.arraycopy(
                sample,
                other,
                body,
                at,
                Math.min(random.nextInt(1, 20), body.length - Math.max(at, other)));
      }
    }
    return random.nextInt(4) == 0
        ? java.util.Arrays.copyOf(body, random.nextInt(body.length))
        : body;
  }

  private static void assertRefused(Message type, String json, GatewayFailure failure) {
    assertThatExceptionOfType(FailureException.class)
        .isThrownBy(() -> read(type, json))
        .satisfies(thrown -> assertThat(thrown.failure()).isEqualTo(failure));
  }
}
