package io.penstock.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.penstock.gateway.contract.Contract;
import io.penstock.gateway.contract.Routes;
import io.penstock.gateway.contract.Routes.Lookup.Found;
import io.penstock.gateway.contract.Routes.Match;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.KitFailure.InvalidFields;
import io.penstock.proto.governance.v1.ListAuditEntriesRequest;
import io.penstock.proto.governance.v1.PutGatePolicyRequest;
import io.penstock.proto.registry.v1.CreateModelVersionRequest;
import io.penstock.proto.registry.v1.ListModelVersionsRequest;
import io.penstock.proto.registry.v1.PromoteModelVersionRequest;
import io.penstock.proto.registry.v1.Stage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TranscoderTest {

  private static final Routes ROUTES = new Routes(Contract.load());

  private static Match match(String verb, String path) {
    return ((Found) ROUTES.find(verb, path)).match();
  }

  private static void assertRefused(
      Match match, String body, Map<String, List<String>> query, String field) {
    assertThatThrownBy(() -> Transcoder.request(match, body, query))
        .isInstanceOfSatisfying(
            FailureException.class,
            e ->
                assertThat(((InvalidFields) e.failure()).violations())
                    .singleElement()
                    .satisfies(it -> assertThat(it.field()).isEqualTo(field)));
  }

  @Test
  void request_wholeBodyAndPath() throws InvalidProtocolBufferException {
    var message =
        Transcoder.request(
            match("POST", "/v1/models/m/versions/2:promote"),
            "{\"targetStage\":\"STAGE_PRODUCTION\"}",
            Map.of());
    var request = PromoteModelVersionRequest.parseFrom(message.toByteString());
    assertThat(request.getName()).isEqualTo("models/m/versions/2");
    assertThat(request.getTargetStage()).isEqualTo(Stage.STAGE_PRODUCTION);
  }

  @Test
  void request_pathWinsOverTheBody() throws InvalidProtocolBufferException {
    var message =
        Transcoder.request(
            match("POST", "/v1/models/m/versions/2:promote"),
            "{\"name\":\"models/other/versions/1\"}",
            Map.of());
    assertThat(PromoteModelVersionRequest.parseFrom(message.toByteString()).getName())
        .isEqualTo("models/m/versions/2");
  }

  @Test
  void request_bodyFillsAField() throws InvalidProtocolBufferException {
    var message =
        Transcoder.request(
            match("POST", "/v1/models/m/versions"), "{\"metrics\":{\"auc\":0.7}}", Map.of());
    var request = CreateModelVersionRequest.parseFrom(message.toByteString());
    assertThat(request.getParent()).isEqualTo("models/m");
    assertThat(request.getVersion().getMetricsMap()).containsEntry("auc", 0.7);
  }

  @Test
  void request_nestedPathVariable() throws InvalidProtocolBufferException {
    var message =
        Transcoder.request(
            match("PUT", "/v1/gatePolicies/production"), "{\"description\":\"d\"}", Map.of());
    var policy = PutGatePolicyRequest.parseFrom(message.toByteString()).getPolicy();
    assertThat(policy.getName()).isEqualTo("gatePolicies/production");
    assertThat(policy.getDescription()).isEqualTo("d");
  }

  @Test
  void request_queryInEitherCase() throws InvalidProtocolBufferException {
    var match = match("GET", "/v1/models/m/versions");
    for (String name : List.of("pageSize", "page_size")) {
      var message = Transcoder.request(match, "", Map.of(name, List.of("7")));
      assertThat(ListModelVersionsRequest.parseFrom(message.toByteString()).getPageSize())
          .isEqualTo(7);
    }
    var audit =
        Transcoder.request(
            match("GET", "/v1/auditEntries"),
            "",
            Map.of("startTime", List.of("2001-04-01T00:00:00Z")));
    assertThat(ListAuditEntriesRequest.parseFrom(audit.toByteString()).getStartTime().getSeconds())
        .isEqualTo(986_083_200);
  }

  @Test
  void request_namesTheFieldThatIsWrong() {
    var list = match("GET", "/v1/models/m/versions");
    assertRefused(list, "", Map.of("colour", List.of("red")), "colour");
    assertRefused(list, "", Map.of("pageSize", List.of("1", "2")), "pageSize");
    assertRefused(list, "", Map.of("pageSize", List.of("many")), "body");
    var promote = match("POST", "/v1/models/m/versions/2:promote");
    assertRefused(promote, "{\"colour\":1}", Map.of(), "colour");
    assertRefused(promote, "[1]", Map.of(), "body");
    assertRefused(promote, "{", Map.of(), "body");
    assertRefused(promote, "", Map.of("comment", List.of("x")), "comment");
  }
}
