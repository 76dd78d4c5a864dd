package io.penstock.oip;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InferTargetTest {

  @ParameterizedTest
  @CsvSource({
    "/v2/models/m/infer, m, ''",
    "/v2/models/m/infer?x=1, m, ''",
    "/v2/models/m/versions/3/infer, m, 3",
    "/v2/models/a%2Fb/versions/1%2E0/infer, a/b, 1.0",
    "/v2/models/gr%C3%BC%C3%9Fe/infer, grüße, ''",
    "/v2/models/infer/infer, infer, ''",
    "/v2/models/versions/versions/versions/infer, versions, versions",
  })
  void find_infer(String path, String model, String version) {
    assertThat(InferTarget.find("POST", path)).contains(new InferTarget(model, version));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v2/models/m",
        "/v2/models//infer",
        "/v2/models/infer",
        "/v2/models/m/versions/infer",
        "/v2/models/m/versions//infer",
        "/v2/models/m/versions/3/4/infer",
        "/v2/models/m/x/infer",
        "/v2/models/m/infer/",
        "/v1/models/m/infer",
        "",
        "/",
        "/v2/models/%zz/infer",
        "/v2/models/%C3/infer",
        "/v2/models/%/infer",
        "/infer",
        "/v2/models/m/version/3/infer"
      })
  void find_anythingElse(String path) {
    assertThat(InferTarget.find("POST", path)).isEmpty();
  }

  @Test
  void find_otherMethods() {
    assertThat(InferTarget.find("GET", "/v2/models/m/infer")).isEmpty();
  }
}
