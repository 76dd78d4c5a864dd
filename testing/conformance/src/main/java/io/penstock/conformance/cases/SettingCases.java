package io.penstock.conformance.cases;

import static io.penstock.conformance.suite.Section.LOGGING;
import static io.penstock.conformance.suite.Section.TRACE;
import static io.penstock.conformance.wire.Transport.GRPC;
import static io.penstock.conformance.wire.Transport.REST;

import com.google.gson.JsonElement;
import io.penstock.conformance.model.Models;
import io.penstock.conformance.suite.Case;
import io.penstock.conformance.suite.Check;
import io.penstock.conformance.suite.Extension;
import io.penstock.conformance.wire.Server;
import io.penstock.proto.oip.LogSettingsRequest;
import io.penstock.proto.oip.LogSettingsResponse;
import io.penstock.proto.oip.TraceSettingRequest;
import io.penstock.proto.oip.TraceSettingRequest.SettingValue;
import io.penstock.proto.oip.TraceSettingResponse;
import java.util.List;

/// Settings of traces and of the log: read, changed, read again, put back.
final class SettingCases {

  private SettingCases() {}

  static List<Case> all() {
    return List.of(
        trace("read.grpc", SettingCases::traceRead).over(GRPC),
        trace("round_trip.grpc", SettingCases::traceRoundTrip).over(GRPC),
        trace("of_a_model.grpc", SettingCases::traceOfModel)
            .over(GRPC)
            .with(Models.SIMPLE)
            .should(),
        trace("unknown_setting.grpc", server -> traceMistake(server, "no_such_setting", "1", ""))
            .over(GRPC),
        trace("malformed_value.grpc", server -> traceMistake(server, "trace_rate", "often", ""))
            .over(GRPC),
        trace(
                "unknown_model.grpc",
                server -> traceMistake(server, "trace_rate", "7", "no_such_model"))
            .over(GRPC),
        trace("read.rest", SettingCases::traceReadRest).over(REST),
        trace("round_trip.rest", SettingCases::traceRoundTripRest).over(REST),
        trace(
                "unknown_setting.rest",
                server -> clientError(server, "/v2/trace/setting", "{\"no_such_setting\":\"1\"}"))
            .over(REST),
        trace("malformed.rest", server -> clientError(server, "/v2/trace/setting", "{")).over(REST),
        log("read.grpc", SettingCases::logRead).over(GRPC),
        log("round_trip.grpc", SettingCases::logRoundTrip).over(GRPC),
        log("unknown_setting.grpc", SettingCases::logUnknown).over(GRPC),
        log("wrong_type.grpc", SettingCases::logWrongType).over(GRPC),
        log("read.rest", SettingCases::logReadRest).over(REST),
        log("round_trip.rest", SettingCases::logRoundTripRest).over(REST),
        log(
                "unknown_setting.rest",
                server -> clientError(server, "/v2/logging", "{\"no_such_setting\":true}"))
            .over(REST),
        log("malformed.rest", server -> clientError(server, "/v2/logging", "{")).over(REST));
  }

  private static Case trace(String what, Case.Body body) {
    return Case.of(TRACE, "trace." + what, body).of(Extension.TRACE);
  }

  private static Case log(String what, Case.Body body) {
    return Case.of(LOGGING, "logging." + what, body).of(Extension.LOGGING);
  }

  private static void clientError(Server server, String path, String body) {
    Check.clientError(server.rest().post(path, body));
  }

  private static TraceSettingResponse traces(Server server, String model) {
    return server.grpc().traceSetting(TraceSettingRequest.newBuilder().setModelName(model).build());
  }

  private static String rate(Server server, String model) {
    return String.join(",", traces(server, model).getSettingsOrThrow("trace_rate").getValueList());
  }

  private static TraceSettingRequest rateOf(String value, String model) {
    return TraceSettingRequest.newBuilder()
        .setModelName(model)
        .putSettings("trace_rate", SettingValue.newBuilder().addValue(value).build())
        .build();
  }

  private static void traceRead(Server server) {
    var settings = traces(server, "").getSettingsMap();
    for (var name : List.of("trace_level", "trace_rate")) {
      Check.that(settings.containsKey(name), name + " among the settings", settings.keySet());
    }
  }

  private static void traceRoundTrip(Server server) {
    var before = rate(server, "");
    try {
      server.grpc().traceSetting(rateOf("7", ""));
      Check.equal("trace_rate", "7", rate(server, ""));
    } finally {
      server.grpc().traceSetting(rateOf(before, ""));
    }
    Check.equal("trace_rate", before, rate(server, ""));
  }

  private static void traceOfModel(Server server) {
    try {
      server.grpc().traceSetting(rateOf("5", Models.SIMPLE));
      Check.equal("trace_rate of " + Models.SIMPLE, "5", rate(server, Models.SIMPLE));
    } finally {
      // Without a value: as the server's own again.
      server
          .grpc()
          .traceSetting(
              TraceSettingRequest.newBuilder()
                  .setModelName(Models.SIMPLE)
                  .putSettings("trace_rate", SettingValue.getDefaultInstance())
                  .build());
    }
    Check.equal("trace_rate", rate(server, ""), rate(server, Models.SIMPLE));
  }

  private static void traceMistake(Server server, String name, String value, String model) {
    var request =
        TraceSettingRequest.newBuilder()
            .setModelName(model)
            .putSettings(name, SettingValue.newBuilder().addValue(value).build())
            .build();
    server.note(request.toString());
    Check.mistaken(() -> server.grpc().traceSetting(request));
  }

  private static void traceReadRest(Server server) {
    var answer = Check.ok(server.rest().get("/v2/trace/setting"));
    Check.that(answer.json().has("trace_rate"), "trace_rate as a member", answer);
  }

  private static void traceRoundTripRest(Server server) {
    var before = rateRest(server);
    try {
      Check.ok(server.rest().post("/v2/trace/setting", "{\"trace_rate\":\"9\"}"));
      Check.equal("trace_rate", "9", rateRest(server));
    } finally {
      server.rest().post("/v2/trace/setting", "{\"trace_rate\":\"%s\"}".formatted(before));
    }
  }

  private static String rateRest(Server server) {
    JsonElement rate = Check.ok(server.rest().get("/v2/trace/setting")).json().get("trace_rate");
    return rate.isJsonArray() ? rate.getAsJsonArray().get(0).getAsString() : rate.getAsString();
  }

  private static LogSettingsResponse logs(Server server) {
    return server.grpc().logSettings(LogSettingsRequest.getDefaultInstance());
  }

  private static void logRead(Server server) {
    var settings = logs(server).getSettingsMap();
    for (var name : List.of("log_info", "log_warning", "log_error", "log_verbose_level")) {
      Check.that(settings.containsKey(name), name + " among the settings", settings.keySet());
    }
  }

  private static LogSettingsRequest verbose(int level) {
    return LogSettingsRequest.newBuilder()
        .putSettings(
            "log_verbose_level",
            LogSettingsRequest.SettingValue.newBuilder().setUint32Param(level).build())
        .build();
  }

  private static int verbosity(Server server) {
    return logs(server).getSettingsOrThrow("log_verbose_level").getUint32Param();
  }

  private static void logRoundTrip(Server server) {
    int before = verbosity(server);
    try {
      server.grpc().logSettings(verbose(1));
      Check.equal("log_verbose_level", 1, verbosity(server));
    } finally {
      server.grpc().logSettings(verbose(before));
    }
    Check.equal("log_verbose_level", before, verbosity(server));
  }

  private static void logUnknown(Server server) {
    var request =
        LogSettingsRequest.newBuilder()
            .putSettings(
                "no_such_setting",
                LogSettingsRequest.SettingValue.newBuilder().setBoolParam(true).build())
            .build();
    Check.mistaken(() -> server.grpc().logSettings(request));
  }

  private static void logWrongType(Server server) {
    var request =
        LogSettingsRequest.newBuilder()
            .putSettings(
                "log_info",
                LogSettingsRequest.SettingValue.newBuilder().setStringParam("much").build())
            .build();
    Check.mistaken(() -> server.grpc().logSettings(request));
  }

  private static void logReadRest(Server server) {
    var answer = Check.ok(server.rest().get("/v2/logging"));
    Check.that(
        answer.json().getAsJsonPrimitive("log_info").isBoolean(), "log_info as a bool", answer);
  }

  private static void logRoundTripRest(Server server) {
    var before = verbosityRest(server);
    try {
      Check.ok(server.rest().post("/v2/logging", "{\"log_verbose_level\":1}"));
      Check.equal("log_verbose_level", 1L, verbosityRest(server));
    } finally {
      server.rest().post("/v2/logging", "{\"log_verbose_level\":%d}".formatted(before));
    }
  }

  private static long verbosityRest(Server server) {
    var json = Check.ok(server.rest().get("/v2/logging")).json();
    return Counts.number(json, "log_verbose_level");
  }
}
