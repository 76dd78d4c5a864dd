package io.penstock.conformance.cases;

import static io.penstock.conformance.suite.Section.HEALTH;
import static io.penstock.conformance.wire.Transport.GRPC;
import static io.penstock.conformance.wire.Transport.REST;

import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.penstock.conformance.model.Models;
import io.penstock.conformance.suite.Case;
import io.penstock.conformance.suite.Check;
import io.penstock.conformance.suite.Extension;
import io.penstock.conformance.wire.Refusal;
import io.penstock.conformance.wire.RestAnswer;
import io.penstock.conformance.wire.Server;
import io.penstock.proto.oip.ModelReadyRequest;
import io.penstock.proto.oip.ServerLiveRequest;
import io.penstock.proto.oip.ServerReadyRequest;
import java.util.List;
import java.util.Map;

/// Liveness and readiness of the server and of models.
final class HealthCases {

  private HealthCases() {}

  static List<Case> all() {
    return List.of(
        Case.of(HEALTH, "health.live.grpc", HealthCases::live).over(GRPC),
        Case.of(HEALTH, "health.ready.grpc", HealthCases::ready).over(GRPC),
        rest("health.live.rest", "/v2/health/live"),
        rest("health.ready.rest", "/v2/health/ready"),
        Case.of(HEALTH, "health.live.rest_body", server -> body(server, "/v2/health/live", "live"))
            .over(REST)
            .should(),
        Case.of(HEALTH, "health.live.rest_head", HealthCases::head).over(REST).should(),
        Case.of(HEALTH, "health.live.rest_post", HealthCases::post).over(REST).should(),
        model("health.model.grpc", Models.SIMPLE, "", true),
        model("health.model_version.grpc", Models.SIMPLE, "1", true),
        model("health.unknown_model.grpc", "no_such_model", "", false),
        model("health.unknown_version.grpc", Models.SIMPLE, "99", false),
        model("health.version_no_number.grpc", Models.SIMPLE, "newest", false),
        rest("health.model.rest", "/v2/models/simple/ready").with(Models.SIMPLE),
        rest("health.model_version.rest", "/v2/models/simple/versions/1/ready").with(Models.SIMPLE),
        restNot("health.unknown_model.rest", "/v2/models/no_such_model/ready"),
        restNot("health.unknown_version.rest", "/v2/models/simple/versions/99/ready"),
        restNot("health.version_no_number.rest", "/v2/models/simple/versions/newest/ready"),
        Case.of(HEALTH, "health.grpc_health_v1", HealthCases::checked)
            .over(GRPC)
            .of(Extension.GRPC_HEALTH),
        Case.of(HEALTH, "health.grpc_health_v1.unknown_service", HealthCases::checkedUnknown)
            .over(GRPC)
            .of(Extension.GRPC_HEALTH));
  }

  private static void live(Server server) {
    Check.that(
        server.grpc().serverLive(ServerLiveRequest.getDefaultInstance()).getLive(), "live", false);
  }

  private static void ready(Server server) {
    Check.that(
        server.grpc().serverReady(ServerReadyRequest.getDefaultInstance()).getReady(),
        "ready",
        false);
  }

  private static Case rest(String id, String path) {
    return Case.of(HEALTH, id, server -> Check.ok(server.rest().get(path))).over(REST);
  }

  /// Anything but 200 tells a probe what it asks; 4xx is the protocol's.
  private static Case restNot(String id, String path) {
    return Case.of(HEALTH, id, server -> notReady(server.rest().get(path))).over(REST);
  }

  private static void notReady(RestAnswer answer) {
    Check.that(answer.status() >= 400 && answer.status() < 500, "HTTP 4xx", answer);
  }

  private static void body(Server server, String path, String member) {
    var answer = Check.ok(server.rest().get(path));
    Check.that(answer.json().get(member).getAsBoolean(), "{\"" + member + "\": true}", answer);
  }

  private static void head(Server server) {
    var answer = server.rest().send("HEAD", "/v2/health/live", Map.of(), new byte[0]);
    Check.that(answer.status() == 200, "HTTP 200", answer);
  }

  private static void post(Server server) {
    Check.clientErrorOrUnsupported(server.rest().post("/v2/health/live", "{}"));
  }

  private static Case model(String id, String model, String version, boolean ready) {
    return Case.of(HEALTH, id, server -> model(server, model, version, ready)).over(GRPC);
  }

  /// `ready: false` and NOT_FOUND say the same of what is not there.
  private static void model(Server server, String model, String version, boolean expected) {
    var request = ModelReadyRequest.newBuilder().setName(model).setVersion(version).build();
    server.note(request.toString());
    try {
      Check.equal("ready", expected, server.grpc().modelReady(request).getReady());
    } catch (StatusRuntimeException e) {
      Check.that(!expected, "ready: true", e);
      Check.refusedAs(() -> server.grpc().modelReady(request), Refusal.NOT_FOUND, Refusal.INVALID);
    }
  }

  private static void checked(Server server) {
    var status =
        HealthGrpc.newBlockingStub(server.channel())
            .check(HealthCheckRequest.getDefaultInstance())
            .getStatus();
    Check.equal("status", ServingStatus.SERVING, status);
  }

  private static void checkedUnknown(Server server) {
    var request = HealthCheckRequest.newBuilder().setService("no.such.Service").build();
    Check.refusedAs(
        () -> HealthGrpc.newBlockingStub(server.channel()).check(request), Refusal.NOT_FOUND);
  }
}
