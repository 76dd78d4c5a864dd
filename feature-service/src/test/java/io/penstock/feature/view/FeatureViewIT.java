package io.penstock.feature.view;

import static io.penstock.feature.FeatureClient.feature;
import static io.penstock.feature.FeatureClient.nullable;
import static io.penstock.feature.FeatureClient.uniqueId;
import static io.penstock.proto.feature.v1.ValueType.VALUE_TYPE_BOOL;
import static io.penstock.proto.feature.v1.ValueType.VALUE_TYPE_DOUBLE;
import static io.penstock.proto.feature.v1.ValueType.VALUE_TYPE_STRING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Duration;
import io.grpc.Status.Code;
import io.penstock.feature.FeatureClient;
import io.penstock.kit.failure.FieldViolation;
import io.penstock.proto.feature.v1.CreateEntityRequest;
import io.penstock.proto.feature.v1.CreateFeatureViewRequest;
import io.penstock.proto.feature.v1.Entity;
import io.penstock.proto.feature.v1.FeatureSpec;
import io.penstock.proto.feature.v1.FeatureView;
import io.penstock.proto.feature.v1.GetEntityRequest;
import io.penstock.proto.feature.v1.GetFeatureViewRequest;
import io.penstock.proto.feature.v1.ListEntitiesRequest;
import io.penstock.proto.feature.v1.ListFeatureViewsRequest;
import io.penstock.proto.feature.v1.ValueType;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FeatureViewIT {

  @RegisterExtension static final ServiceExtension features = ServiceExtension.of("feature");

  static FeatureClient client;

  @BeforeAll
  static void connect() {
    client = new FeatureClient(features.channel("ada", "data-scientist"));
  }

  @Test
  void createEntity() {
    String id = uniqueId("origin");
    Entity created = entity(id);

    assertThat(created.getName()).isEqualTo("entities/" + id);
    assertThat(created.getCreatedBy()).isEqualTo("ada");
    assertThat(
            client
                .views()
                .getEntity(GetEntityRequest.newBuilder().setName(created.getName()).build()))
        .isEqualTo(created);
  }

  @Test
  void createEntity_taken() {
    String id = uniqueId("origin");
    entity(id);

    assertThatThrownBy(() -> entity(id))
        .satisfies(Failures.with(Code.ALREADY_EXISTS, "ENTITY_ALREADY_EXISTS"));
  }

  @Test
  void createEntity_badId() {
    assertThatThrownBy(() -> entity("Origin!")).satisfies(invalid("entity_id"));
  }

  @Test
  void getEntity_missing() {
    assertThatThrownBy(
            () ->
                client
                    .views()
                    .getEntity(GetEntityRequest.newBuilder().setName("entities/none").build()))
        .satisfies(Failures.with(Code.NOT_FOUND, "ENTITY_NOT_FOUND"));
  }

  @Test
  void listEntities_pageByPage() {
    for (int i = 0; i < 5; i++) {
      entity(uniqueId("paged"));
    }
    List<String> names = new ArrayList<>();
    String token = "";
    do {
      var page =
          client
              .views()
              .listEntities(
                  ListEntitiesRequest.newBuilder().setPageSize(2).setPageToken(token).build());
      page.getEntitiesList().forEach(entity -> names.add(entity.getName()));
      token = page.getNextPageToken();
    } while (!token.isEmpty());

    assertThat(names).isSorted().doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(5);
  }

  @Test
  void list_foreignToken() {
    assertThatThrownBy(
            () ->
                client
                    .views()
                    .listEntities(
                        ListEntitiesRequest.newBuilder().setPageToken("no token").build()))
        .satisfies(invalid("page_token"));
  }

  private static Entity entity(String id) {
    return client
        .views()
        .createEntity(
            CreateEntityRequest.newBuilder().setEntityId(id).setDescription("an airport").build());
  }

  @Test
  void create_everyField_comesBack() {
    FeatureSpec rate =
        FeatureSpec.newBuilder()
            .setName("rate")
            .setType(VALUE_TYPE_DOUBLE)
            .setDescription("share of late flights")
            .setMin(0)
            .setMax(1)
            .build();
    FeatureSpec kind =
        nullable("kind", VALUE_TYPE_STRING).toBuilder()
            .addAllowed("big")
            .addAllowed("small")
            .build();
    CreateFeatureViewRequest request =
        request(rate, kind)
            .setOwner("team-flights")
            .setDescription("of an origin")
            .setTtl(Duration.newBuilder().setSeconds(90).setNanos(5_000_000))
            .build();

    FeatureView created = client.views().createFeatureView(request);

    assertThat(created.getName())
        .isEqualTo("featureViews/" + request.getFeatureViewId() + "/versions/1");
    assertThat(created.getFeaturesList()).containsExactly(rate, kind);
    assertThat(created.getOwner()).isEqualTo("team-flights");
    assertThat(created.getTtl()).isEqualTo(request.getTtl());
    assertThat(created.getCreatedBy()).isEqualTo("ada");
    assertThat(get(created.getName())).isEqualTo(created);
    assertThat(get("featureViews/" + request.getFeatureViewId())).isEqualTo(created);
  }

  @Test
  void create_sameSchemaAgain_isTheSameVersion() {
    CreateFeatureViewRequest.Builder request = request(feature("a", VALUE_TYPE_DOUBLE));
    FeatureView first = client.views().createFeatureView(request.build());

    assertThat(client.views().createFeatureView(request.setDescription("other words").build()))
        .isEqualTo(first);
    assertThat(first.getOwner()).isEqualTo("ada");
  }

  @Test
  void create_anotherSchema_isTheNextVersion_andTheOldStays() {
    CreateFeatureViewRequest.Builder request = request(feature("a", VALUE_TYPE_DOUBLE));
    FeatureView first = client.views().createFeatureView(request.build());
    FeatureView second =
        client
            .views()
            .createFeatureView(request.addFeatures(nullable("b", VALUE_TYPE_BOOL)).build());
    FeatureView third =
        client
            .views()
            .createFeatureView(request.setTtl(Duration.newBuilder().setSeconds(1)).build());

    String view = "featureViews/" + request.getFeatureViewId();
    assertThat(second.getName()).isEqualTo(view + "/versions/2");
    assertThat(third.getName()).isEqualTo(view + "/versions/3");
    assertThat(get(view)).isEqualTo(third);
    assertThat(get(view + "/versions/1")).isEqualTo(first);
    assertThatThrownBy(() -> get(view + "/versions/4"))
        .satisfies(Failures.with(Code.NOT_FOUND, "FEATURE_VIEW_NOT_FOUND"));
  }

  @Test
  void create_manyAtOnce_eachSchemaOneVersion() throws Exception {
    CreateFeatureViewRequest.Builder base = request();
    List<Callable<FeatureView>> creations = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      var request = base.clone().addFeatures(feature("f" + i % 4, VALUE_TYPE_DOUBLE)).build();
      creations.add(() -> client.views().createFeatureView(request));
    }
    List<String> names = new ArrayList<>();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<FeatureView> created : executor.invokeAll(creations)) {
        names.add(created.get().getName());
      }
    }

    String view = "featureViews/" + base.getFeatureViewId();
    assertThat(names.stream().distinct())
        .containsExactlyInAnyOrder(
            view + "/versions/1", view + "/versions/2", view + "/versions/3", view + "/versions/4");
  }

  @Test
  void create_unknownEntity() {
    var request = request(feature("a", VALUE_TYPE_DOUBLE)).setEntity("entities/nobody").build();

    assertThatThrownBy(() -> client.views().createFeatureView(request))
        .satisfies(
            Failures.with(
                Code.NOT_FOUND,
                "ENTITY_NOT_FOUND",
                status ->
                    assertThat(status.violations())
                        .extracting(FieldViolation::field)
                        .containsExactly("entity")));
  }

  @Test
  void create_anotherEntity() {
    var request = request(feature("a", VALUE_TYPE_DOUBLE));
    client.views().createFeatureView(request.build());
    request.setEntity(entity(uniqueId("entity")).getName());

    assertThatThrownBy(() -> client.views().createFeatureView(request.build()))
        .satisfies(Failures.with(Code.FAILED_PRECONDITION, "FEATURE_VIEW_ENTITY_CHANGED"));
  }

  @Test
  void create_malformed() {
    FeatureSpec good = feature("a", VALUE_TYPE_DOUBLE);

    assertInvalid("features", request());
    assertInvalid("feature_view_id", request(good).setFeatureViewId("no-good"));
    assertInvalid("entity", request(good).setEntity("origin"));
    assertInvalid("features[1].name", request(good, good));
    assertInvalid("features[0].name", request(feature("A", VALUE_TYPE_DOUBLE)));
    assertInvalid("features[0].type", request(feature("a", ValueType.VALUE_TYPE_UNSPECIFIED)));
    assertInvalid("features[0].min", request(good.toBuilder().setMin(2).setMax(1).build()));
    assertInvalid("features[0].max", request(good.toBuilder().setMax(Double.NaN).build()));
    assertInvalid(
        "features[0].min", request(feature("a", VALUE_TYPE_STRING).toBuilder().setMin(0).build()));
    assertInvalid("features[0].allowed", request(good.toBuilder().addAllowed("x").build()));
    assertInvalid("ttl", request(good).setTtl(Duration.getDefaultInstance()));
    assertInvalid("ttl", request(good).setTtl(Duration.newBuilder().setSeconds(-1)));
  }

  private static void assertInvalid(String field, CreateFeatureViewRequest.Builder request) {
    assertThatThrownBy(() -> client.views().createFeatureView(request.build()))
        .satisfies(invalid(field));
  }

  private static org.assertj.core.api.ThrowingConsumer<Throwable> invalid(String field) {
    return Failures.with(
        Code.INVALID_ARGUMENT,
        "INVALID_ARGUMENT",
        status ->
            assertThat(status.violations()).extracting(FieldViolation::field).contains(field));
  }

  @Test
  void list_newestOfEach() {
    var request = request(feature("a", VALUE_TYPE_DOUBLE));
    client.views().createFeatureView(request.build());
    client.views().createFeatureView(request.addFeatures(nullable("b", VALUE_TYPE_BOOL)).build());

    var listed =
        client
            .views()
            .listFeatureViews(ListFeatureViewsRequest.newBuilder().setPageSize(1000).build());

    assertThat(listed.getFeatureViewsList())
        .extracting(FeatureView::getName)
        .contains("featureViews/" + request.getFeatureViewId() + "/versions/2")
        .doesNotContain("featureViews/" + request.getFeatureViewId() + "/versions/1");
  }

  private static CreateFeatureViewRequest.Builder request(FeatureSpec... specs) {
    return CreateFeatureViewRequest.newBuilder()
        .setFeatureViewId(uniqueId("view"))
        .setEntity(entity(uniqueId("entity")).getName())
        .addAllFeatures(List.of(specs));
  }

  private static FeatureView get(String name) {
    return client.views().getFeatureView(GetFeatureViewRequest.newBuilder().setName(name).build());
  }
}
