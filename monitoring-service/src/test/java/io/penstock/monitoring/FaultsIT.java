package io.penstock.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.penstock.kit.grpc.Credentials;
import io.penstock.kit.grpc.GrpcServer;
import io.penstock.kit.grpc.ListenPort;
import io.penstock.monitoring.prediction.PredictionIngest;
import io.penstock.proto.event.v1.PredictionEvent;
import io.penstock.proto.monitoring.v1.Feedback;
import io.penstock.proto.monitoring.v1.GetTraceRequest;
import io.penstock.proto.monitoring.v1.ListPerformanceWindowsRequest;
import io.penstock.proto.monitoring.v1.MonitoringServiceGrpc;
import io.penstock.proto.monitoring.v1.RecordFeedbackRequest;
import io.penstock.proto.monitoring.v1.TraceQueryServiceGrpc;
import io.penstock.proto.monitoring.v1.TraceSpan;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.Failures;
import io.penstock.testkit.PostgresExtension;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestIdentity;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What happens at the edges: an event log that is away, a webhook that fails, spans of all kinds.
class FaultsIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Instant APRIL = Instant.parse("2001-04-01T00:00:00Z");

  @RegisterExtension static final FakeRegistry registry = new FakeRegistry();
  @RegisterExtension static final PostgresExtension events = PostgresExtension.dedicated();

  private static final List<JsonObject> posted = new CopyOnWriteArrayList<>();
  private static final HttpServer webhook = webhook();

  @RegisterExtension
  static final ServiceExtension monitoring =
      ServiceExtension.of("monitoring")
          .with("penstock.peers.registry", registry::address)
          .with("penstock.events.url", () -> events.freshDatabase("events"))
          .with("penstock.monitoring.otlp-port", 0)
          .with("penstock.monitoring.judge-interval", "100ms")
          .with(
              "penstock.monitoring.webhook-url",
              () -> "http://127.0.0.1:" + webhook.getAddress().getPort() + "/alerts")
          .with("penstock.monitoring.webhook.first-retry", "50ms")
          .with("penstock.monitoring.traces.max-spans-per-trace", "100");

  private static ManagedChannel otlp;

  private static HttpServer webhook() {
    try {
      var server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
      server.createContext("/alerts", FaultsIT::answer);
      return server;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  // Fails twice before it understands.
  private static void answer(HttpExchange exchange) throws IOException {
    var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    posted.add(JsonParser.parseString(body).getAsJsonObject());
    exchange.sendResponseHeaders(posted.size() <= 2 ? 503 : 200, -1);
    exchange.close();
  }

  @BeforeAll
  static void open() {
    webhook.start();
    int port = monitoring.bean(GrpcServer.class).port(monitoring.bean(ListenPort.class));
    otlp = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  @AfterAll
  static void close() {
    otlp.shutdownNow();
    webhook.stop(0);
  }

  @Test
  void recordFeedback_whileTheEventLogIsAway_isAcceptedAndArrivesLater() throws Exception {
    registry.put(ModelVersion.newBuilder().setName("models/away/versions/1").build());
    var prediction = Predictions.of("away", "1").at(APRIL, 0, 0.7);
    count(List.of(prediction));
    var client =
        MonitoringServiceGrpc.newBlockingStub(monitoring.channel("app", "client", "viewer"));
    events.stop();
    try {
      client.recordFeedback(
          RecordFeedbackRequest.newBuilder()
              .addFeedback(
                  Feedback.newBuilder().setPredictionId(prediction.getPredictionId()).setLabel(1))
              .build());
    } finally {
      events.start();
    }

    Eventually.become(
        SOON,
        () ->
            client
                    .listPerformanceWindows(
                        ListPerformanceWindowsRequest.newBuilder()
                            .setVersion("models/away/versions/1")
                            .build())
                    .getTotal()
                    .getLabels()
                == 1);
  }

  @Test
  void webhook_thatFailsAtFirst_getsTheAlertInTheEnd() throws Exception {
    registry.put(ModelVersion.newBuilder().setName("models/hook/versions/1").build());
    var failures = new ArrayList<PredictionEvent>();
    for (int i = 0; i < 200; i++) {
      failures.add(
          Predictions.of("hook", "1").at(APRIL, 0, 0).toBuilder()
              .clearOutputs()
              .setErrorReason("X")
              .build());
    }
    count(failures);

    Eventually.become(SOON, () -> posted.size() == 3);

    assertThat(posted).allMatch(posted.getFirst()::equals);
    var payload = posted.getFirst();
    assertThat(payload.get("version").getAsString()).isEqualTo("4");
    assertThat(payload.get("status").getAsString()).isEqualTo("firing");
    assertThat(payload.get("truncatedAlerts").getAsString()).isEqualTo("0");
    var alert = payload.getAsJsonArray("alerts").get(0).getAsJsonObject();
    assertThat(alert.getAsJsonObject("labels").get("alertname").getAsString())
        .isEqualTo("ERROR_RATE");
    assertThat(alert.getAsJsonObject("labels").get("model").getAsString()).isEqualTo("hook");
    assertThat(alert.get("fingerprint").getAsString()).matches("[0-9a-f]{16}");
    assertThat(alert.get("endsAt").getAsString()).isEqualTo("0001-01-01T00:00:00Z");
  }

  @Test
  void export_gzippedSpans_areFoundParentsFirst() {
    var trace = "0af7651916cd43dd8448eb211c80319c";
    var export = export(span(trace, 2, 1), span(trace, 1, 0), span(trace, 3, 2));

    var response = otlp("service/inference", "service").withCompression("gzip").export(export);

    assertThat(response.hasPartialSuccess()).isFalse();
    var found = traces().getTrace(GetTraceRequest.newBuilder().setName("traces/" + trace).build());
    assertThat(found.getSpansList())
        .extracting(TraceSpan::getSpanId)
        .containsExactly("0000000000000001", "0000000000000002", "0000000000000003");
    assertThat(found.getSpans(0).getService()).isEqualTo("inference");
    assertThat(found.getSpans(0).getDurationUs()).isEqualTo(1500);
  }

  @Test
  void export_someBadSpans_isAPartialSuccess() {
    var trace = "1af7651916cd43dd8448eb211c80319c";
    var withoutId = span(trace, 1, 0).toBuilder().setSpanId(ByteString.EMPTY).build();
    var zeroTrace = span("0".repeat(32), 1, 0);

    var response =
        otlp("service/inference", "service")
            .export(export(withoutId, zeroTrace, span(trace, 2, 0)));

    assertThat(response.getPartialSuccess().getRejectedSpans()).isEqualTo(2);
    assertThat(response.getPartialSuccess().getErrorMessage())
        .isEqualTo("2 spans without valid ids, 0 beyond the spans kept of one trace");
  }

  @Test
  void export_nothing_succeeds() {
    assertThat(
            otlp("service/inference", "service")
                .export(ExportTraceServiceRequest.getDefaultInstance())
                .hasPartialSuccess())
        .isFalse();
  }

  @Test
  void export_withoutThePermission_isRefused() {
    assertThatThrownBy(() -> otlp("app", "client").export(export(span("1".repeat(32), 1, 0))))
        .satisfies(Failures.with(Code.PERMISSION_DENIED, "PERMISSION_MISSING"));
    assertThatThrownBy(
            () -> TraceServiceGrpc.newBlockingStub(otlp).export(export(span("1".repeat(32), 1, 0))))
        .satisfies(Failures.with(Code.UNAUTHENTICATED, "TOKEN_MISSING"));
  }

  @Test
  void export_byTheSdksOwnExporter_isTaken() throws Exception {
    int port = monitoring.bean(GrpcServer.class).port(monitoring.bean(ListenPort.class));
    var exporter =
        io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter.builder()
            .setEndpoint("http://127.0.0.1:" + port)
            .setCompression("gzip")
            .addHeader(
                "authorization",
                "Bearer " + TestIdentity.shared().token("service/inference", "service"))
            .build();
    try (var tracing =
        SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
            .build()) {
      var span = tracing.get("test").spanBuilder("predict").startSpan();
      span.setAttribute("rows", 3);
      span.end();
      var name = "traces/" + span.getSpanContext().getTraceId();

      Eventually.become(
          SOON,
          () ->
              traces()
                  .getTrace(GetTraceRequest.newBuilder().setName(name).build())
                  .getSpans(0)
                  .getAttributesMap()
                  .getOrDefault("rows", "")
                  .equals("3"));
    }
  }

  @Test
  void getTrace_unknownOrMisnamed_isRefused() {
    assertThatThrownBy(
            () ->
                traces()
                    .getTrace(
                        GetTraceRequest.newBuilder().setName("traces/" + "9".repeat(32)).build()))
        .satisfies(Failures.with(Code.NOT_FOUND, "TRACE_NOT_FOUND"));
    assertThatThrownBy(
            () -> traces().getTrace(GetTraceRequest.newBuilder().setName("traces/xyz").build()))
        .hasMessageContaining("name: was 'traces/xyz', expected traces/ and 32 hex digits");
  }

  private static void count(List<PredictionEvent> predictions) {
    monitoring
        .bean(PredictionIngest.class)
        .handle(Predictions.batch(predictions.stream().map(Predictions::event).toList()));
  }

  private static TraceQueryServiceGrpc.TraceQueryServiceBlockingStub traces() {
    return TraceQueryServiceGrpc.newBlockingStub(monitoring.channel("ada", "viewer"));
  }

  private static TraceServiceGrpc.TraceServiceBlockingStub otlp(String subject, String role) {
    var headers = new Metadata();
    headers.put(
        Credentials.AUTHORIZATION, Credentials.bearer(TestIdentity.shared().token(subject, role)));
    Channel channel =
        ClientInterceptors.intercept(otlp, MetadataUtils.newAttachHeadersInterceptor(headers));
    return TraceServiceGrpc.newBlockingStub(channel);
  }

  private static ExportTraceServiceRequest export(Span... spans) {
    var request = ExportTraceServiceRequest.newBuilder();
    var resource = request.addResourceSpansBuilder();
    resource
        .getResourceBuilder()
        .addAttributesBuilder()
        .setKey("service.name")
        .getValueBuilder()
        .setStringValue("inference");
    resource.addScopeSpansBuilder().addAllSpans(List.of(spans));
    return request.build();
  }

  private static Span span(String traceId, int id, int parent) {
    return Span.newBuilder()
        .setTraceId(ByteString.fromHex(traceId))
        .setSpanId(ByteString.fromHex("%016x".formatted(id)))
        .setParentSpanId(
            parent == 0 ? ByteString.EMPTY : ByteString.fromHex("%016x".formatted(parent)))
        .setName("op")
        .setStartTimeUnixNano(1_000_000_000L + id)
        .setEndTimeUnixNano(1_001_500_000L + id)
        .build();
  }
}
