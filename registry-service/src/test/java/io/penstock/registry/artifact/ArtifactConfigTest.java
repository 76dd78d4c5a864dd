package io.penstock.registry.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactConfigTest {

  @Test
  void defaults() {
    assertThat(read(Map.of()))
        .isEqualTo(new ArtifactConfig("files", Path.of("data/artifacts"), 1L << 30));
  }

  @Test
  void everyKey() {
    assertThat(
            read(
                Map.of(
                    "penstock.artifacts.store", "memory",
                    "penstock.artifacts.directory", "/data",
                    "penstock.artifacts.max-size", "20MB")))
        .isEqualTo(new ArtifactConfig("memory", Path.of("/data"), 20L << 20));
  }

  @Test
  void nonsense_namesTheKey() {
    assertThatThrownBy(() -> new ArtifactConfig("s4", Path.of("x"), 1))
        .hasMessageContaining("penstock.artifacts.store");
    assertThatThrownBy(() -> new ArtifactConfig("files", Path.of("x"), 1L << 31))
        .hasMessageContaining("penstock.artifacts.max-size");
  }

  @Test
  void store_isTheOneConfigured(@TempDir Path directory) {
    try (var context = run(Map.of("penstock.artifacts.store", "memory"))) {
      assertThat(context.getBean(ArtifactStore.class)).isInstanceOf(InMemoryArtifactStore.class);
    }
    try (var context = run(Map.of("penstock.artifacts.directory", directory.toString()))) {
      assertThat(context.getBean(ArtifactStore.class)).isInstanceOf(FileArtifactStore.class);
    }
  }

  private static ArtifactConfig read(Map<String, Object> properties) {
    try (var context = run(properties)) {
      return context.getBean(ArtifactConfig.class);
    }
  }

  private static ApplicationContext run(Map<String, Object> properties) {
    var all = new HashMap<String, Object>(properties);
    all.put("penstock.service", "registry");
    return ApplicationContext.run(all);
  }
}
