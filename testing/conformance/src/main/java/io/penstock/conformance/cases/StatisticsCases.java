package io.penstock.conformance.cases;

import static io.penstock.conformance.suite.Section.STATISTICS;
import static io.penstock.conformance.wire.Transport.GRPC;
import static io.penstock.conformance.wire.Transport.REST;

import io.penstock.conformance.model.Models;
import io.penstock.conformance.suite.Case;
import io.penstock.conformance.suite.Check;
import io.penstock.conformance.suite.Extension;
import io.penstock.conformance.wire.Datatype;
import io.penstock.conformance.wire.Encoding;
import io.penstock.conformance.wire.InferCall;
import io.penstock.conformance.wire.Refusal;
import io.penstock.conformance.wire.Server;
import io.penstock.conformance.wire.Tensor;
import io.penstock.conformance.wire.Transport;
import io.penstock.conformance.wire.Values;
import io.penstock.proto.oip.ModelStatisticsRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Counts that move by what was sent.
final class StatisticsCases {

  private static final String COUNTED = Models.identity("UINT16");
  private static final int REQUESTS = 3;
  private static final int ROWS = 4;

  private StatisticsCases() {}

  static List<Case> all() {
    var cases = new ArrayList<Case>();
    for (var transport : Transport.values()) {
      cases.add(counted("rows_and_runs", transport, StatisticsCases::rowsAndRuns));
      cases.add(counted("refused_is_not_counted", transport, StatisticsCases::refused));
      cases.add(
          counted("failures", transport, StatisticsCases::failures).with(Models.GATHER).should());
      cases.add(counted("times", transport, StatisticsCases::lastInference));
    }
    cases.add(grpc("all_models.grpc", StatisticsCases::allGrpc).with(COUNTED));
    cases.add(grpc("one_version.grpc", StatisticsCases::versionGrpc).with(Models.VERSIONS));
    cases.add(grpc("durations.grpc", StatisticsCases::durations).with(COUNTED));
    cases.add(grpc("unknown_model.grpc", server -> unknownGrpc(server, "no_such_model", "")));
    cases.add(
        grpc("unknown_version.grpc", server -> unknownGrpc(server, Models.SIMPLE, "99"))
            .with(Models.SIMPLE));
    cases.add(rest("all_models.rest", StatisticsCases::allRest).with(COUNTED));
    cases.add(rest("one_version.rest", StatisticsCases::versionRest).with(Models.VERSIONS));
    cases.add(
        rest(
            "unknown_model.rest",
            server -> Check.clientError(server.rest().get("/v2/models/no_such_model/stats"))));
    return cases;
  }

  /// A case of counts that are read over one transport.
  @FunctionalInterface
  private interface Counting {
    void run(Server server, Transport transport);
  }

  private static Case counted(String what, Transport transport, Counting body) {
    var name = transport.name().toLowerCase(java.util.Locale.ROOT);
    return Case.of(
            STATISTICS,
            "statistics.%s.%s".formatted(what, name),
            server -> body.run(server, transport))
        .of(Extension.STATISTICS)
        .over(transport)
        .with(COUNTED);
  }

  private static Case grpc(String what, Case.Body body) {
    return Case.of(STATISTICS, "statistics." + what, body).of(Extension.STATISTICS).over(GRPC);
  }

  private static Case rest(String what, Case.Body body) {
    return Case.of(STATISTICS, "statistics." + what, body).of(Extension.STATISTICS).over(REST);
  }

  private static Encoding encoding(Transport transport) {
    return transport == GRPC ? Encoding.GRPC_RAW : Encoding.REST_FLAT;
  }

  private static void send(Server server, Transport transport) {
    var input = Samples.input(Datatype.UINT16, ROWS, 2);
    for (int i = 0; i < REQUESTS; i++) {
      Check.answered(server.infer(InferCall.of(COUNTED, input), encoding(transport)));
    }
  }

  private static void rowsAndRuns(Server server, Transport transport) {
    var before = Counts.of(server, transport, COUNTED);
    send(server, transport);
    var moved =
        Awaiting.until(
            "inference_count + %d, success + %d".formatted(REQUESTS * ROWS, REQUESTS),
            () -> Counts.of(server, transport, COUNTED).since(before),
            counts -> counts.inferences() == REQUESTS * ROWS && counts.successes() == REQUESTS);
    Check.that(
        moved.executions() >= 1 && moved.executions() <= REQUESTS,
        "1 to %d executions".formatted(REQUESTS),
        moved);
  }

  private static void refused(Server server, Transport transport) {
    var before = Counts.of(server, transport, COUNTED);
    var wrong = Samples.input(Datatype.UINT16, ROWS, 2).shaped(ROWS, 3);
    Check.mistaken(server.infer(InferCall.of(COUNTED, wrong), encoding(transport)));
    var moved = Counts.of(server, transport, COUNTED).since(before);
    Check.equal("rows", 0L, moved.inferences());
    Check.equal("executions", 0L, moved.executions());
  }

  private static void failures(Server server, Transport transport) {
    var before = Counts.of(server, transport, Models.GATHER);
    var wrong = Tensor.of("INPUT0", Datatype.INT64, Values.int64(99), 1);
    Check.refused(server.infer(InferCall.of(Models.GATHER, wrong), encoding(transport)));
    Awaiting.until(
        "fail + 1",
        () -> Counts.of(server, transport, Models.GATHER).since(before),
        counts -> counts.failures() == 1);
  }

  private static void lastInference(Server server, Transport transport) {
    var before = Counts.of(server, transport, COUNTED).lastMillis();
    send(server, transport);
    Awaiting.until(
        "last_inference in milliseconds since 1970, not before " + before,
        () -> Counts.of(server, transport, COUNTED).lastMillis(),
        now -> now >= before && now > 1_500_000_000_000L && now < 10_000_000_000_000L);
  }

  private static void allGrpc(Server server) {
    var all = server.grpc().modelStatistics(ModelStatisticsRequest.getDefaultInstance());
    var names =
        all.getModelStatsList().stream().map(one -> one.getName()).collect(Collectors.toSet());
    Check.that(names.contains(COUNTED), "statistics of " + COUNTED + " among all", names);
  }

  private static void versionGrpc(Server server) {
    var request = ModelStatisticsRequest.newBuilder().setName(Models.VERSIONS).setVersion("1");
    var all = server.grpc().modelStatistics(request.build()).getModelStatsList();
    Check.equal("statistics:", 1, all.size());
    Check.equal("version", "1", all.getFirst().getVersion());
  }

  private static void durations(Server server) {
    send(server, GRPC);
    var request = ModelStatisticsRequest.newBuilder().setName(COUNTED).build();
    var statistics = server.grpc().modelStatistics(request).getModelStats(0).getInferenceStats();
    Check.that(statistics.getSuccess().getNs() > 0, "success with nanoseconds", statistics);
    Check.that(statistics.getComputeInfer().getCount() > 0, "compute_infer counted", statistics);
    Check.that(statistics.getComputeInfer().getNs() > 0, "compute_infer with time", statistics);
    Check.that(statistics.getQueue().getCount() > 0, "queue counted", statistics);
  }

  private static void unknownGrpc(Server server, String model, String version) {
    var request = ModelStatisticsRequest.newBuilder().setName(model).setVersion(version).build();
    Check.refusedAs(
        () -> server.grpc().modelStatistics(request), Refusal.NOT_FOUND, Refusal.INVALID);
  }

  private static void allRest(Server server) {
    var all = Check.ok(server.rest().get("/v2/models/stats")).json().getAsJsonArray("model_stats");
    var names =
        all.asList().stream()
            .map(one -> one.getAsJsonObject().get("name").getAsString())
            .collect(Collectors.toSet());
    Check.that(names.contains(COUNTED), "statistics of " + COUNTED + " among all", names);
  }

  private static void versionRest(Server server) {
    var answer = Check.ok(server.rest().get("/v2/models/two_versions/versions/2/stats"));
    var all = answer.json().getAsJsonArray("model_stats");
    Check.equal("statistics:", 1, all.size());
    Check.equal("version", "2", all.get(0).getAsJsonObject().get("version").getAsString());
  }
}
