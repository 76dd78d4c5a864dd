package io.penstock.mlflow.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ArtifactServerTest {

  private static ArtifactServer read(String... environment) {
    var all = new HashMap<String, String>();
    for (int i = 0; i < environment.length; i += 2) {
      all.put("MLFLOW_TRACKING_" + environment[i], environment[i + 1]);
    }
    return ArtifactServer.fromEnvironment(all);
  }

  @Test
  void fromEnvironment_takesAPasswordBeforeAToken() {
    assertThat(read("URI", "http://h/").authorization()).isEmpty();
    assertThat(read("URI", "http://h/").uri()).hasToString("http://h");
    assertThat(read("URI", "http://h", "TOKEN", "t").authorization())
        .isEqualTo(Optional.of("Bearer t"));
    assertThat(
            read("URI", "http://h", "TOKEN", "t", "USERNAME", "Aladdin", "PASSWORD", "open sesame")
                .authorization())
        .isEqualTo(Optional.of("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
  }

  @Test
  void fromEnvironment_withoutAServer_saysWhatIsMissing() {
    assertThatThrownBy(() -> ArtifactServer.fromEnvironment(Map.of()))
        .hasMessageContaining("MLFLOW_TRACKING_URI");
    assertThatThrownBy(() -> read("URI", "databricks")).hasMessageContaining("databricks");
  }

  @Test
  void toString_hidesTheCredential() {
    assertThat(read("URI", "http://h", "TOKEN", "secret").toString()).doesNotContain("secret");
  }
}
