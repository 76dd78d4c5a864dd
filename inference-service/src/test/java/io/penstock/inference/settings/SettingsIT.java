package io.penstock.inference.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.grpc.Status.Code;
import io.penstock.inference.fixture.InferenceServer;
import io.penstock.inference.fixture.TestRegistry;
import io.penstock.kit.telemetry.TraceSampling;
import io.penstock.proto.oip.LogSettingsRequest;
import io.penstock.proto.oip.LogSettingsResponse;
import io.penstock.proto.oip.TraceSettingRequest;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// Settings of traces and logs against the running service.
class SettingsIT {

  @TempDir private static Path cache;

  private static final TestRegistry registry = new TestRegistry();

  @RegisterExtension
  static final ServiceExtension service =
      InferenceServer.extension(registry, Path.of("unset"))
          .with("penstock.inference.cache-directory", () -> cache.toString())
          .with("penstock.telemetry.sampling", 0.01);

  private static final InferenceServer server = InferenceServer.of(service);

  @AfterEach
  void reset() {
    trace(Map.of("trace_level", List.of(), "trace_rate", List.of(), "trace_count", List.of()));
    ((Logger) LoggerFactory.getLogger("io.penstock.inference")).setLevel(null);
  }

  @Test
  void traceSettings_canBeRead() throws Exception {
    assertThat(trace(Map.of()))
        .containsEntry("trace_level", "TIMESTAMPS")
        .containsEntry("trace_rate", "100")
        .containsEntry("trace_count", "-1")
        .containsEntry("trace_mode", "opentelemetry");
    registry.serve("known", registry.version("known", 1, TestOnnx.logistic(1, 1, 2)));
    server.awaitModel("known");
    assertThat(trace(Map.of(), "known")).containsEntry("trace_rate", "100");
    assertThatThrownBy(() -> trace(Map.of(), "unknown"))
        .satisfies(Failures.with(Code.NOT_FOUND, "MODEL_NOT_FOUND"));
  }

  @Test
  void traceSettings_changeWhatIsSampled() {
    assertThat(trace(Map.of("trace_rate", List.of("1"), "trace_count", List.of("2"))))
        .containsEntry("trace_rate", "1")
        .containsEntry("trace_count", "2");
    var sampling = service.bean(TraceSampling.class);
    assertThat(sampling.current().ratio()).isEqualTo(1);
    trace(Map.of("trace_level", List.of("OFF")));
    assertThat(sampling.current().on()).isFalse();
    assertThat(trace(Map.of("trace_level", List.of()))).containsEntry("trace_level", "TIMESTAMPS");
  }

  @Test
  void traceSettings_thatMakeNoSense() {
    refused(Map.of("trace_level", List.of("TENSORS")), "settings.trace_level");
    refused(Map.of("trace_rate", List.of("0")), "settings.trace_rate");
    refused(Map.of("trace_rate", List.of("often")), "settings.trace_rate");
    refused(Map.of("trace_rate", List.of("1", "2")), "settings.trace_rate");
    refused(Map.of("trace_count", List.of("-2")), "settings.trace_count");
    refused(Map.of("trace_file", List.of("/etc/passwd")), "settings.trace_file");
    refused(Map.of("colour", List.of("red")), "settings.colour");
    assertThat(trace(Map.of("trace_mode", List.of("opentelemetry")))).isNotEmpty();
  }

  @Test
  void traceSettings_ofOneModel() throws Exception {
    registry.serve("thinned", registry.version("thinned", 1, TestOnnx.logistic(1, 1, 2)));
    server.awaitModel("thinned");
    assertThat(trace(Map.of("trace_rate", List.of("3")), "thinned"))
        .containsEntry("trace_rate", "3");
    assertThat(trace(Map.of())).containsEntry("trace_rate", "100");
    var traces = service.bean(ModelTraces.class);
    assertThat(IntStream.range(0, 9).filter(_ -> traces.next("thinned")).count()).isEqualTo(3);
    assertThat(traces.next("another")).isTrue();
    trace(Map.of("trace_count", List.of("2"), "trace_rate", List.of("1")), "thinned");
    assertThat(IntStream.range(0, 9).filter(_ -> traces.next("thinned")).count()).isEqualTo(2);
    assertThat(trace(Map.of(), "thinned")).containsEntry("trace_count", "0");
    trace(Map.of("trace_level", List.of("OFF"), "trace_count", List.of()), "thinned");
    assertThat(traces.next("thinned")).isFalse();
    trace(Map.of("trace_level", List.of(), "trace_rate", List.of()), "thinned");
    assertThat(traces.next("thinned")).isTrue();
    assertThat(trace(Map.of(), "thinned")).containsEntry("trace_rate", "100");
  }

  private static void refused(Map<String, List<String>> settings, String field) {
    assertThatThrownBy(() -> trace(settings))
        .satisfies(
            Failures.with(
                Code.INVALID_ARGUMENT,
                "INVALID_ARGUMENT",
                status -> assertThat(status.violations().getFirst().field()).isEqualTo(field)));
  }

  @Test
  void logSettings_changeLevels() {
    var own = (Logger) LoggerFactory.getLogger("io.penstock.inference");
    own.setLevel(Level.INFO);
    assertThat(log("log_verbose_level", number(0)).getSettingsOrThrow("log_info").getBoolParam())
        .isTrue();
    var quiet = log("log_info", flag(false));
    assertThat(own.getLevel()).isEqualTo(Level.WARN);
    assertThat(quiet.getSettingsOrThrow("log_info").getBoolParam()).isFalse();
    assertThat(quiet.getSettingsOrThrow("log_warning").getBoolParam()).isTrue();
    log("log_verbose_level", number(1));
    assertThat(own.getLevel()).isEqualTo(Level.DEBUG);
    log("log_verbose_level", number(0));
    assertThat(own.getLevel()).isEqualTo(Level.INFO);
    log("log_error", flag(false));
    assertThat(own.getLevel()).isEqualTo(Level.OFF);
    assertThat(log("log_warning", flag(true)).getSettingsOrThrow("log_error").getBoolParam())
        .isTrue();
    assertThat(own.getLevel()).isEqualTo(Level.WARN);
  }

  @Test
  void logSettings_thatMakeNoSense() {
    for (var wrong :
        Map.of(
                "colour", flag(true),
                "log_info", number(3),
                "log_verbose_level", flag(true),
                "log_file", word("/etc/passwd"))
            .entrySet()) {
      assertThatThrownBy(() -> log(wrong.getKey(), wrong.getValue()))
          .satisfies(
              Failures.with(
                  Code.INVALID_ARGUMENT,
                  "INVALID_ARGUMENT",
                  status ->
                      assertThat(status.violations().getFirst().field())
                          .isEqualTo("settings." + wrong.getKey())));
    }
    assertThatThrownBy(
            () ->
                server
                    .operator()
                    .logSettings(
                        LogSettingsRequest.newBuilder()
                            .putSettings("log_error", flag(false))
                            .putSettings("log_info", flag(true))
                            .build()))
        .satisfies(Failures.with(Code.INVALID_ARGUMENT, "INVALID_ARGUMENT"));
  }

  @Test
  void permission_isChecked() {
    assertThatThrownBy(() -> server.stub().logSettings(LogSettingsRequest.getDefaultInstance()))
        .satisfies(Failures.with(Code.PERMISSION_DENIED, "PERMISSION_MISSING"));
  }

  private static Map<String, String> trace(Map<String, List<String>> settings) {
    return trace(settings, "");
  }

  private static Map<String, String> trace(Map<String, List<String>> settings, String model) {
    var request = TraceSettingRequest.newBuilder().setModelName(model);
    settings.forEach(
        (name, values) ->
            request.putSettings(
                name, TraceSettingRequest.SettingValue.newBuilder().addAllValue(values).build()));
    var answer = new TreeMap<String, String>();
    server
        .operator()
        .traceSetting(request.build())
        .getSettingsMap()
        .forEach((name, value) -> answer.put(name, String.join(",", value.getValueList())));
    return answer;
  }

  private static LogSettingsResponse log(String name, LogSettingsRequest.SettingValue value) {
    return server
        .operator()
        .logSettings(LogSettingsRequest.newBuilder().putSettings(name, value).build());
  }

  private static LogSettingsRequest.SettingValue flag(boolean value) {
    return LogSettingsRequest.SettingValue.newBuilder().setBoolParam(value).build();
  }

  private static LogSettingsRequest.SettingValue number(int value) {
    return LogSettingsRequest.SettingValue.newBuilder().setUint32Param(value).build();
  }

  private static LogSettingsRequest.SettingValue word(String value) {
    return LogSettingsRequest.SettingValue.newBuilder().setStringParam(value).build();
  }
}
