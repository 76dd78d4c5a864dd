package io.penstock.inference.prediction;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import io.penstock.inference.fixture.InferenceServer;
import io.penstock.inference.fixture.Requests;
import io.penstock.inference.fixture.TestFeatures;
import io.penstock.inference.fixture.TestRegistry;
import io.penstock.inference.fixture.TestTraces;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.registry.v1.FeatureBinding;
import io.penstock.proto.registry.v1.FeatureColumn;
import io.penstock.proto.registry.v1.FeatureReference;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// The spans of one prediction, as a collector sees them.
class TracingIT {

  @TempDir private static Path cache;

  private static final TestRegistry registry = new TestRegistry();
  private static final TestFeatures features = new TestFeatures();
  private static final TestTraces traces = new TestTraces();

  @RegisterExtension
  static final ServiceExtension service =
      ServiceExtension.of("inference")
          .withoutDatabase()
          .with("penstock.peers.registry", registry::address)
          .with("penstock.peers.feature", features::address)
          .with("penstock.telemetry.endpoint", traces::endpoint)
          .with("penstock.inference.cache-directory", () -> cache.toString());

  private static final InferenceServer server = InferenceServer.of(service);

  @Test
  void prediction_showsQueueBatchRunAndFeatures_underItsCall() throws Exception {
    var binding =
        FeatureBinding.newBuilder()
            .setInput("features")
            .addColumns(
                FeatureColumn.newBuilder()
                    .setName("late_rate_7d")
                    .setFeature(
                        FeatureReference.newBuilder()
                            .setFeatureView("featureViews/origin_stats/versions/1")
                            .setFeature("late_rate_7d")
                            .setEntityInput("origin")))
            .build();
    var version = registry.version("flights", 1, TestOnnx.identity(1), binding);
    server.awaitRevision(registry.serve("flights", version).getRevision());
    server.infer(
        ModelInferRequest.newBuilder()
            .setModelName("flights")
            .addInputs(Requests.keys("origin", "ATL")));
    Eventually.become(Duration.ofSeconds(20), () -> find("inference.batch").isPresent());
    var call = span("inference.GRPCInferenceService/ModelInfer");
    assertThat(span("inference.queue").getParentSpanId()).isEqualTo(call.getSpanId());
    assertThat(span("inference.batch").getParentSpanId()).isEqualTo(call.getSpanId());
    assertThat(span("inference.run").getParentSpanId())
        .isEqualTo(span("inference.batch").getSpanId());
    assertThat(span("penstock.feature.v1.FeatureServingService/GetOnlineFeatures"))
        .satisfies(lookup -> assertThat(lookup.getParentSpanId()).isEqualTo(call.getSpanId()))
        .satisfies(lookup -> assertThat(lookup.getTraceId()).isEqualTo(call.getTraceId()));
    assertThat(span("inference.batch").getAttributesList())
        .anySatisfy(
            attribute -> {
              assertThat(attribute.getKey()).isEqualTo("penstock.dispatch_reason");
              assertThat(attribute.getValue().getStringValue()).isEqualTo("idle");
            });
    assertThat(span("inference.run").getTraceId()).isNotEqualTo(ByteString.EMPTY);
  }

  private static Span span(String name) {
    return find(name).orElseThrow(() -> new AssertionError("no span " + name));
  }

  private static Optional<Span> find(String name) {
    return traces.spans().stream().filter(span -> span.getName().equals(name)).findFirst();
  }
}
