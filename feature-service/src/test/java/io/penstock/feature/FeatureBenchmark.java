package io.penstock.feature;

import static io.penstock.feature.FeatureClient.query;
import static io.penstock.feature.FeatureClient.time;

import com.sun.management.OperatingSystemMXBean;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.BlockingClientCall;
import io.penstock.proto.feature.v1.FeatureIngestionServiceGrpc;
import io.penstock.proto.feature.v1.FeatureQuery;
import io.penstock.proto.feature.v1.FeatureRow;
import io.penstock.proto.feature.v1.FeatureServingServiceGrpc;
import io.penstock.proto.feature.v1.FeatureSpec;
import io.penstock.proto.feature.v1.GetHistoricalFeaturesRequest;
import io.penstock.proto.feature.v1.GetHistoricalFeaturesResponse;
import io.penstock.proto.feature.v1.GetOnlineFeaturesRequest;
import io.penstock.proto.feature.v1.IngestFeaturesRequest;
import io.penstock.proto.feature.v1.IngestFeaturesResponse;
import io.penstock.proto.feature.v1.ValueType;
import io.penstock.testkit.ServiceExtension;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Measures ingestion and reads over loopback gRPC against a real PostgreSQL; RATIONALE.md has the
/// figures and the command. Everything shares the machine: client, service and, beside this
/// process, the database.
class FeatureBenchmark {

  private static final int KEYS = 10_000;
  private static final int DAYS = 100;
  private static final long DAY = 86_400;

  static FeatureClient client;

  @RegisterExtension
  static final ServiceExtension features =
      ServiceExtension.of("feature").with("penstock.telemetry.sampling", 0.0);

  @BeforeAll
  static void connect() {
    client = new FeatureClient(features.channel("ada", "data-scientist"));
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void measure() throws Exception {
    String small = client.createView(doubles(3));
    String wide = client.createView(doubles(50));
    ingest("ingest 3 features", small, 3, 2);
    ingest("ingest 3 features, repeated", small, 3, 2);
    ingest("ingest 3 features", small, 3, DAYS);
    ingest("ingest 50 features", wide, 50, 5);
    features.bean(Jdbi.class).useHandle(handle -> handle.execute("vacuum analyze"));
    var health = HealthGrpc.newBlockingStub(features.anonymous());
    var check = HealthCheckRequest.getDefaultInstance();
    measure("empty call", 5000, () -> health.check(check));
    online("online 1 row x 2 views x 3", query(small, "k1"), query(small, "k2"));
    online("online 1 row x 50", query(wide, "k1"));
    online("online 10 rows x 50", query(wide, keys(10)));
    online("online 100 rows x 3", query(small, keys(100)));
    online("online 100 rows x 50", query(wide, keys(100)));
    history("history 5000 rows x 3", small, 5000);
  }

  private static FeatureSpec[] doubles(int features) {
    return IntStream.range(0, features)
        .mapToObj(i -> FeatureClient.feature("f" + i, ValueType.VALUE_TYPE_DOUBLE))
        .toArray(FeatureSpec[]::new);
  }

  private static String[] keys(int number) {
    var random = new Random(1);
    return random.ints(number, 0, KEYS).mapToObj(i -> "k" + i).toArray(String[]::new);
  }

  // A stream with a few messages in flight, as a loader would send.
  private void ingest(String what, String view, int width, int days) throws Exception {
    var call =
        FeatureIngestionServiceGrpc.newBlockingV2Stub(features.channel("ada", "data-scientist"))
            .ingestFeatures();
    Usage before = Usage.now();
    int inFlight = 0;
    for (int day = 0; day < days; day++) {
      for (int from = 0; from < KEYS; from += 5000) {
        call.write(message(view, width, day, from));
        if (++inFlight > 3) {
          inFlight -= read(call);
        }
      }
    }
    while (inFlight > 0) {
      inFlight -= read(call);
    }
    call.halfClose();
    before.report(what, (long) days * KEYS, "rows");
  }

  private static int read(BlockingClientCall<IngestFeaturesRequest, IngestFeaturesResponse> call)
      throws Exception {
    if (call.read().getQuarantined() > 0) {
      throw new IllegalStateException("rows were quarantined");
    }
    return 1;
  }

  private static IngestFeaturesRequest message(String view, int width, int day, int from) {
    var request = IngestFeaturesRequest.newBuilder().setFeatureView(view);
    for (int key = from; key < from + 5000; key++) {
      var row =
          FeatureRow.newBuilder()
              .setEntityKey("k" + key)
              .setEventTime(time((day + 1) * DAY))
              .setKnownTime(time((day + 1) * DAY));
      for (int i = 0; i < width; i++) {
        row.putValues("f" + i, FeatureClient.number(day + i + key));
      }
      request.addRows(row);
    }
    return request.build();
  }

  private void online(String what, FeatureQuery... queries) throws Exception {
    var request =
        GetOnlineFeaturesRequest.newBuilder().addAllQueries(Arrays.asList(queries)).build();
    var stub = client.serving();
    measure(what, 5000, () -> stub.getOnlineFeatures(request));
  }

  private static void measure(String what, int calls, Callable<?> call) throws Exception {
    for (int i = 0; i < 2 * calls; i++) {
      call.call();
    }
    long[] nanos = new long[calls];
    Usage before = Usage.now();
    for (int i = 0; i < calls; i++) {
      long start = System.nanoTime();
      call.call();
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    System.out.printf(
        "%-28s p50 %d us, p99 %d us; ",
        what, nanos[calls / 2] / 1000, nanos[calls * 99 / 100] / 1000);
    before.report("", calls, "calls");
  }

  private void history(String what, String view, int rows) throws Exception {
    var random = new Random(2);
    var request = GetHistoricalFeaturesRequest.newBuilder().addQueries(query(view, keys(rows)));
    for (int i = 0; i < rows; i++) {
      request.addTimes(time(random.nextLong(DAYS * DAY)));
    }
    BlockingClientCall<GetHistoricalFeaturesRequest, GetHistoricalFeaturesResponse> call =
        FeatureServingServiceGrpc.newBlockingV2Stub(features.channel("ada", "data-scientist"))
            .getHistoricalFeatures();
    measure(
        what,
        20,
        () -> {
          call.write(request.build());
          return call.read();
        });
    call.halfClose();
  }

  /// Time and CPU of this process, which is client and service, at a moment.
  private record Usage(long wall, long cpu) {

    private static final OperatingSystemMXBean SYSTEM =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    static Usage now() {
      return new Usage(System.nanoTime(), SYSTEM.getProcessCpuTime());
    }

    void report(String what, long units, String name) {
      Usage now = now();
      double seconds = (now.wall - wall) / 1e9;
      System.out.printf(
          "%-28s %.0f %s/s, %.1f us CPU each%n",
          what, units / seconds, name, (now.cpu - cpu) / 1e3 / units);
    }
  }
}
