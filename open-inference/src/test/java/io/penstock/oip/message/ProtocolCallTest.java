package io.penstock.oip.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import io.penstock.kit.failure.FailureException;
import io.penstock.proto.oip.LogSettingsRequest;
import io.penstock.proto.oip.LogSettingsResponse;
import io.penstock.proto.oip.ModelConfig;
import io.penstock.proto.oip.ModelConfigResponse;
import io.penstock.proto.oip.ModelReadyRequest;
import io.penstock.proto.oip.ModelReadyResponse;
import io.penstock.proto.oip.ModelRepositoryParameter;
import io.penstock.proto.oip.ModelStatistics;
import io.penstock.proto.oip.ModelStatisticsResponse;
import io.penstock.proto.oip.RepositoryIndexResponse;
import io.penstock.proto.oip.RepositoryIndexResponse.ModelIndex;
import io.penstock.proto.oip.RepositoryModelLoadRequest;
import io.penstock.proto.oip.ServerReadyResponse;
import io.penstock.proto.oip.SystemSharedMemoryRegisterRequest;
import io.penstock.proto.oip.SystemSharedMemoryStatusResponse;
import io.penstock.proto.oip.SystemSharedMemoryStatusResponse.RegionStatus;
import io.penstock.proto.oip.TraceSettingRequest;
import io.penstock.proto.oip.TraceSettingResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProtocolCallTest {

  private static final ProtocolRoutes ROUTES =
      new ProtocolRoutes(
          ServerReadyResponse.getDescriptor().getFile().findServiceByName("GRPCInferenceService"));

  private static ProtocolCall call(String verb, String path) {
    return ROUTES.find(verb, path).orElseThrow();
  }

  private static Message request(String path, Message.Builder to, String body) {
    return call("POST", path).request(to, body.getBytes(StandardCharsets.UTF_8));
  }

  private static String answer(String verb, String path, Message response) {
    return new String(call(verb, path).answer(response).bytes(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v2, ServerMetadata",
    "GET, /v2/, ServerMetadata",
    "GET, /v2/health/live, ServerLive",
    "GET, /v2/models/m, ModelMetadata",
    "GET, /v2/models/stats, ModelStatistics",
    "GET, /v2/models/m/stats, ModelStatistics",
    "GET, /v2/models/m/versions/3/stats, ModelStatistics",
    "GET, /v2/models/m/versions/3, ModelMetadata",
    "GET, /v2/models/m/ready, ModelReady",
    "POST, /v2/repository/index, RepositoryIndex",
    "POST, /v2/repository/models/m/load, RepositoryModelLoad",
    "POST, /v2/repository/models/m/unload, RepositoryModelUnload",
    "GET, /v2/systemsharedmemory/status, SystemSharedMemoryStatus",
    "POST, /v2/systemsharedmemory/region/r/register, SystemSharedMemoryRegister",
    "POST, /v2/systemsharedmemory/unregister, SystemSharedMemoryUnregister",
    "GET, /v2/trace/setting, TraceSetting",
    "POST, /v2/models/m/trace/setting, TraceSetting",
    "POST, /v2/logging, LogSettings",
  })
  void find_declared(String verb, String path, String method) {
    assertThat(call(verb, path).fullMethodName())
        .isEqualTo("inference.GRPCInferenceService/" + method);
  }

  @Test
  void find_anythingElse() {
    assertThat(ROUTES.find("POST", "/v2/models/m")).isEmpty();
    assertThat(ROUTES.verbs("/v2/models/m")).containsExactly("GET");
    assertThat(ROUTES.verbs("/v2/nothing/here/at/all")).isEmpty();
    assertThat(ROUTES.find("GET", "/v2/models/%zz")).isEmpty();
  }

  @Test
  void request_pathAndParameters() {
    var load =
        (RepositoryModelLoadRequest)
            request(
                "/v2/repository/models/a%20b/load",
                RepositoryModelLoadRequest.newBuilder(),
                "{\"parameters\":{\"config\":\"{\\\"a\\\":1}\",\"flag\":true,\"n\":7}}");
    assertThat(load.getModelName()).isEqualTo("a b");
    assertThat(load.getParametersMap())
        .containsEntry(
            "config", ModelRepositoryParameter.newBuilder().setStringParam("{\"a\":1}").build())
        .containsEntry("flag", ModelRepositoryParameter.newBuilder().setBoolParam(true).build())
        .containsEntry("n", ModelRepositoryParameter.newBuilder().setInt64Param(7).build());
    assertThat(request("/v2/repository/models/m/load", RepositoryModelLoadRequest.newBuilder(), ""))
        .isEqualTo(RepositoryModelLoadRequest.newBuilder().setModelName("m").build());
  }

  @Test
  void request_settingsAreMembersOfTheBody() {
    var trace =
        (TraceSettingRequest)
            request(
                "/v2/models/m/trace/setting",
                TraceSettingRequest.newBuilder(),
                "{\"trace_level\":[\"TIMESTAMPS\"],\"trace_rate\":1000,\"trace_file\":null}");
    assertThat(trace.getModelName()).isEqualTo("m");
    assertThat(trace.getSettingsOrThrow("trace_level").getValueList())
        .containsExactly("TIMESTAMPS");
    assertThat(trace.getSettingsOrThrow("trace_rate").getValueList()).containsExactly("1000");
    assertThat(trace.getSettingsOrThrow("trace_file").getValueList()).isEmpty();
    var log =
        (LogSettingsRequest)
            request(
                "/v2/logging",
                LogSettingsRequest.newBuilder(),
                "{\"log_info\":true,\"log_verbose_level\":2,\"log_format\":\"default\"}");
    assertThat(log.getSettingsOrThrow("log_info").getBoolParam()).isTrue();
    assertThat(log.getSettingsOrThrow("log_verbose_level").getUint32Param()).isEqualTo(2);
    assertThat(log.getSettingsOrThrow("log_format").getStringParam()).isEqualTo("default");
  }

  @Test
  void request_largeUnsigned() {
    var register =
        (SystemSharedMemoryRegisterRequest)
            request(
                "/v2/systemsharedmemory/region/r/register",
                SystemSharedMemoryRegisterRequest.newBuilder(),
                "{\"key\":\"/k\",\"byte_size\":18446744073709551615}");
    assertThat(register.getByteSize()).isEqualTo(-1);
    assertThat(register.getName()).isEqualTo("r");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"colour\":1}|colour: unknown field",
        "{\"key\":1}|key: a number (expected: a string)",
        "{\"offset\":-1}|offset: -1 (expected: 0 to",
        "{\"offset\":\"1\"}|offset: a string (expected: a number)",
        "{|body: no JSON",
        "[]|body: no JSON",
        "{} {}|body: no JSON",
      })
  void request_whatIsWrongIsNamed(String body, String message) {
    assertThatThrownBy(
            () ->
                request(
                    "/v2/systemsharedmemory/region/r/register",
                    SystemSharedMemoryRegisterRequest.newBuilder(),
                    body))
        .isInstanceOf(FailureException.class)
        .satisfies(
            e ->
                assertThat(((FailureException) e).failure().toString())
                    .contains(message.substring(0, message.indexOf(':')))
                    .contains(message.substring(message.indexOf(':') + 2)));
  }

  @Test
  void answer_asTheProtocolHasIt() {
    assertThat(
            answer(
                "POST",
                "/v2/repository/index",
                RepositoryIndexResponse.newBuilder()
                    .addModels(ModelIndex.newBuilder().setName("m").setState("READY"))
                    .build()))
        .isEqualTo("[{\"name\":\"m\",\"version\":\"\",\"state\":\"READY\",\"reason\":\"\"}]");
    assertThat(
            answer(
                "GET",
                "/v2/models/m/config",
                ModelConfigResponse.newBuilder()
                    .setConfig(ModelConfig.newBuilder().setName("m").setMaxBatchSize(8))
                    .build()))
        .startsWith("{\"name\":\"m\"")
        .contains("\"max_batch_size\":8");
    assertThat(
            answer(
                "GET",
                "/v2/models/stats",
                ModelStatisticsResponse.newBuilder()
                    .addModelStats(ModelStatistics.newBuilder().setName("m").setInferenceCount(-1))
                    .build()))
        .contains("\"model_stats\":[{\"name\":\"m\"", "\"inference_count\":18446744073709551615");
    assertThat(
            answer(
                "GET",
                "/v2/systemsharedmemory/status",
                SystemSharedMemoryStatusResponse.newBuilder()
                    .putRegions("r", RegionStatus.newBuilder().setName("r").setKey("/k").build())
                    .build()))
        .isEqualTo("[{\"name\":\"r\",\"key\":\"/k\",\"offset\":0,\"byte_size\":0}]");
  }

  @Test
  void answer_settingsAreMembersOfTheBody() {
    assertThat(
            answer(
                "GET",
                "/v2/trace/setting",
                TraceSettingResponse.newBuilder()
                    .putSettings(
                        "trace_level",
                        TraceSettingResponse.SettingValue.newBuilder().addValue("OFF").build())
                    .putSettings(
                        "trace_rate",
                        TraceSettingResponse.SettingValue.newBuilder().addValue("1000").build())
                    .build()))
        .isEqualTo("{\"trace_level\":[\"OFF\"],\"trace_rate\":\"1000\"}");
    assertThat(
            answer(
                "GET",
                "/v2/logging",
                LogSettingsResponse.newBuilder()
                    .putSettings(
                        "log_info",
                        LogSettingsResponse.SettingValue.newBuilder().setBoolParam(true).build())
                    .build()))
        .isEqualTo("{\"log_info\":true}");
  }

  @Test
  void status_ofProbes() {
    ProtocolCall ready = call("GET", "/v2/models/m/ready");
    ready.request(ModelReadyRequest.newBuilder(), new byte[0]);
    assertThat(ready.status(ModelReadyResponse.newBuilder().setReady(true).build())).isEqualTo(200);
    assertThat(ready.status(ModelReadyResponse.getDefaultInstance())).isEqualTo(400);
    assertThat(answer("GET", "/v2/models/m/ready", ModelReadyResponse.getDefaultInstance()))
        .isEqualTo("{\"name\":\"m\",\"ready\":false}");
    assertThat(call("GET", "/v2/health/ready").status(ServerReadyResponse.getDefaultInstance()))
        .isEqualTo(503);
  }
}
