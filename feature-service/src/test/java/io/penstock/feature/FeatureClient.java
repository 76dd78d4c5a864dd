package io.penstock.feature;

import static java.util.Map.entry;

import com.google.protobuf.Timestamp;
import io.grpc.Channel;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import io.penstock.proto.feature.v1.CreateEntityRequest;
import io.penstock.proto.feature.v1.CreateFeatureViewRequest;
import io.penstock.proto.feature.v1.FeatureIngestionServiceGrpc;
import io.penstock.proto.feature.v1.FeatureQuery;
import io.penstock.proto.feature.v1.FeatureRow;
import io.penstock.proto.feature.v1.FeatureServingServiceGrpc;
import io.penstock.proto.feature.v1.FeatureSpec;
import io.penstock.proto.feature.v1.FeatureValue;
import io.penstock.proto.feature.v1.FeatureView;
import io.penstock.proto.feature.v1.FeatureViewServiceGrpc;
import io.penstock.proto.feature.v1.GetHistoricalFeaturesRequest;
import io.penstock.proto.feature.v1.GetHistoricalFeaturesResponse;
import io.penstock.proto.feature.v1.GetOnlineFeaturesRequest;
import io.penstock.proto.feature.v1.GetOnlineFeaturesResponse;
import io.penstock.proto.feature.v1.IngestFeaturesResponse;
import io.penstock.proto.feature.v1.PushFeaturesRequest;
import io.penstock.proto.feature.v1.ValueType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// A caller of feature-service in tests, and the shapes that it sends.
public final class FeatureClient {

  private static final AtomicInteger ids = new AtomicInteger();

  private final Channel channel;

  public FeatureClient(Channel channel) {
    this.channel = channel;
  }

  public FeatureViewServiceGrpc.FeatureViewServiceBlockingStub views() {
    return FeatureViewServiceGrpc.newBlockingStub(channel);
  }

  public FeatureIngestionServiceGrpc.FeatureIngestionServiceBlockingStub ingestion() {
    return FeatureIngestionServiceGrpc.newBlockingStub(channel);
  }

  public FeatureServingServiceGrpc.FeatureServingServiceBlockingStub serving() {
    return FeatureServingServiceGrpc.newBlockingStub(channel);
  }

  /// An id that no other test uses.
  public static String uniqueId(String prefix) {
    return prefix + "_" + ids.incrementAndGet();
  }

  /// A view of a new entity; returns `featureViews/{view}`.
  public String createView(FeatureSpec... features) {
    return createView(CreateFeatureViewRequest.newBuilder(), features);
  }

  public String createView(CreateFeatureViewRequest.Builder request, FeatureSpec... features) {
    String entity = uniqueId("entity");
    views().createEntity(CreateEntityRequest.newBuilder().setEntityId(entity).build());
    FeatureView view =
        views()
            .createFeatureView(
                request
                    .setFeatureViewId(uniqueId("view"))
                    .setEntity("entities/" + entity)
                    .addAllFeatures(Arrays.asList(features))
                    .build());
    return view.getName().substring(0, view.getName().indexOf("/versions"));
  }

  public IngestFeaturesResponse push(String view, FeatureRow... rows) {
    return ingestion()
        .pushFeatures(
            PushFeaturesRequest.newBuilder()
                .setFeatureView(view)
                .addAllRows(Arrays.asList(rows))
                .build());
  }

  public GetOnlineFeaturesResponse online(FeatureQuery... queries) {
    return serving()
        .getOnlineFeatures(
            GetOnlineFeaturesRequest.newBuilder().addAllQueries(Arrays.asList(queries)).build());
  }

  /// One batch of a point-in-time reading: a key and a time in seconds for each row.
  public GetHistoricalFeaturesResponse history(String view, List<String> keys, List<Long> seconds)
      throws InterruptedException, StatusException {
    var request =
        GetHistoricalFeaturesRequest.newBuilder()
            .addQueries(query(view, keys.toArray(String[]::new)));
    seconds.forEach(second -> request.addTimes(time(second)));
    return history(request.build());
  }

  public GetHistoricalFeaturesResponse history(GetHistoricalFeaturesRequest request)
      throws InterruptedException, StatusException {
    BlockingClientCall<GetHistoricalFeaturesRequest, GetHistoricalFeaturesResponse> call =
        FeatureServingServiceGrpc.newBlockingV2Stub(channel).getHistoricalFeatures();
    call.write(request);
    GetHistoricalFeaturesResponse response = call.read();
    call.halfClose();
    call.read();
    return response;
  }

  public static FeatureQuery query(String view, String... keys) {
    return FeatureQuery.newBuilder()
        .setFeatureView(view)
        .addAllEntityKeys(Arrays.asList(keys))
        .build();
  }

  public static FeatureSpec feature(String name, ValueType type) {
    return FeatureSpec.newBuilder().setName(name).setType(type).build();
  }

  public static FeatureSpec nullable(String name, ValueType type) {
    return feature(name, type).toBuilder().setNullable(true).build();
  }

  public static FeatureRow row(String key, long eventSeconds, Map<String, FeatureValue> values) {
    return FeatureRow.newBuilder()
        .setEntityKey(key)
        .setEventTime(time(eventSeconds))
        .setKnownTime(time(eventSeconds))
        .putAllValues(values)
        .build();
  }

  /// A row of a view with the one feature `x`.
  public static FeatureRow row(String key, long eventSeconds, double x) {
    return row(key, eventSeconds, Map.ofEntries(entry("x", number(x))));
  }

  /// The same, with its own known time.
  public static FeatureRow row(String key, long eventSeconds, long knownSeconds, double x) {
    return row(key, eventSeconds, x).toBuilder().setKnownTime(time(knownSeconds)).build();
  }

  public static FeatureValue number(double value) {
    return FeatureValue.newBuilder().setDoubleValue(value).build();
  }

  public static FeatureValue whole(long value) {
    return FeatureValue.newBuilder().setInt64Value(value).build();
  }

  public static FeatureValue truth(boolean value) {
    return FeatureValue.newBuilder().setBoolValue(value).build();
  }

  public static FeatureValue text(String value) {
    return FeatureValue.newBuilder().setStringValue(value).build();
  }

  public static Timestamp time(long seconds) {
    return Timestamp.newBuilder().setSeconds(seconds).build();
  }
}
