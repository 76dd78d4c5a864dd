package io.penstock.demo.story;

import static io.penstock.demo.suite.Person.OPERATOR;

import io.penstock.demo.suite.Refusal;
import io.penstock.demo.suite.StepFailed;
import io.penstock.demo.terminal.Terminal;
import io.penstock.proto.monitoring.v1.GetTraceRequest;
import io.penstock.proto.monitoring.v1.Trace;
import io.penstock.proto.monitoring.v1.TraceQueryServiceGrpc;
import io.penstock.proto.monitoring.v1.TraceQueryServiceGrpc.TraceQueryServiceBlockingStub;
import io.penstock.proto.monitoring.v1.TraceSpan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Step 5: where to look, and proof of what was done.
public final class Evidence {

  private static final Duration TO_COLLECT = Duration.ofSeconds(30);
  private static final List<String> ON_THE_WAY = List.of("gateway", "inference", "feature");
  private static final int OK = 200;

  private final Story story;
  private final Terminal terminal;
  private final TraceQueryServiceBlockingStub traces;

  public Evidence(Story story) {
    this.story = story;
    this.terminal = story.terminal();
    this.traces = story.suite().as(OPERATOR, TraceQueryServiceGrpc::newBlockingStub);
  }

  /// @param start of this run, by which its audit entries are found
  public void show(Canary canary, Replayed replayed, Instant start) {
    trace(replayed.traced());
    new AuditTrail(story).prove(start, canary);
    addresses(canary);
  }

  private void trace(TracedPrediction traced) {
    terminal.status("waiting for the spans of the prediction by REST");
    Trace trace =
        story
            .patience()
            .await(
                "the spans of gateway, inference and feature in trace " + traced.traceId(),
                TO_COLLECT,
                () -> complete(traced.traceId()));
    terminal.fact("trace", traced.traceId());
    for (String line : SpanTree.draw(trace.getSpansList())) {
      terminal.more(line);
    }
  }

  private Optional<Trace> complete(String traceId) {
    return Refusal.orAbsent(
            () ->
                traces.getTrace(GetTraceRequest.newBuilder().setName("traces/" + traceId).build()))
        .filter(
            trace ->
                ON_THE_WAY.stream()
                    .allMatch(
                        service ->
                            trace.getSpansList().stream()
                                .map(TraceSpan::getService)
                                .anyMatch(name -> name.contains(service))));
  }

  private void addresses(Canary canary) {
    int status = story.suite().rest().statusOf("/openapi.json");
    if (status != OK) {
      throw new StepFailed("GET /openapi.json: " + status + " (expected: 200)");
    }
    String gateway = story.suite().gateway().toString();
    terminal.fact("gateway", gateway);
    terminal.fact("API", gateway + "/docs (document: " + gateway + "/openapi.json)");
    terminal.fact("drift", "%s/v1/%s/driftReport".formatted(gateway, canary.version()));
    terminal.fact(
        "try it",
        "curl -H \"authorization: Bearer $(deploy/penstock token --role viewer)\" %s/v1/%s"
            .formatted(gateway, FlightDelay.RELEASE));
  }
}
