package io.penstock.gateway.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PathTemplateTest {

  @Test
  void match_variableOfSeveralSegments() {
    PathTemplate template = PathTemplate.parse("/v1/{name=models/*/versions/*}:promote");
    assertThat(template.match("/v1/models/flight-delay/versions/2:promote"))
        .contains(Map.of("name", "models/flight-delay/versions/2"));
    assertThat(template.match("/v1/models/flight-delay/versions/2")).isEmpty();
    assertThat(template.match("/v1/models/a/b/versions/2:promote")).isEmpty();
  }

  @Test
  void match_severalVariables() {
    assertThat(
            PathTemplate.parse("/v2/models/{name}/versions/{version}")
                .match("/v2/models/m/versions/3"))
        .contains(Map.of("name", "m", "version", "3"));
  }

  @Test
  void match_nestedField() {
    assertThat(
            PathTemplate.parse("/v1/{policy.name=gatePolicies/*}")
                .match("/v1/gatePolicies/production"))
        .contains(Map.of("policy.name", "gatePolicies/production"));
  }

  @Test
  void match_verbAtTheEndIsNoPartOfAnId() {
    assertThat(PathTemplate.parse("/v1/{name=models/*}").match("/v1/models/m:archive")).isEmpty();
  }

  @Test
  void match_regexCharactersAreLiteral() {
    PathTemplate template = PathTemplate.parse("/v1/a.b/{id}");
    assertThat(template.match("/v1/a.b/x")).isPresent();
    assertThat(template.match("/v1/axb/x")).isEmpty();
  }

  @Test
  void match_rest() {
    PathTemplate template = PathTemplate.parse("/files/{path=**}");
    assertThat(template.match("/files/a/b:c/d\n.txt")).contains(Map.of("path", "a/b:c/d\n.txt"));
    assertThat(template.match("/files/../x")).contains(Map.of("path", "../x"));
    assertThat(template.match("/files/")).isEmpty();
    assertThat(template.match("/files")).isEmpty();
    assertThat(template.example()).isEqualTo("/files/xx");
  }

  @Test
  void isLiteral_withoutVariables() {
    assertThat(PathTemplate.parse("/get-artifact").isLiteral()).isTrue();
    assertThat(PathTemplate.parse("/v1/{name=models/*}").isLiteral()).isFalse();
    assertThat(PathTemplate.parse("/v1/*/x").isLiteral()).isFalse();
  }

  @Test
  void parse_malformed() {
    assertThatThrownBy(() -> PathTemplate.parse("/v1/{name"))
        .hasMessageContaining("path template: /v1/{name");
    assertThatThrownBy(() -> PathTemplate.parse("v1")).hasMessageContaining("path template: v1");
  }
}
