package io.penstock.registry.artifact;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.io.IOException;

/// The store that is configured.
@Factory
final class ArtifactStoreFactory {

  @Singleton
  @Bean(preDestroy = "close")
  @Requires(property = "penstock.artifacts.store", notEquals = "memory")
  FileArtifactStore files(ArtifactConfig config) throws IOException {
    return FileArtifactStore.open(config.directory());
  }

  @Singleton
  @Requires(property = "penstock.artifacts.store", value = "memory")
  InMemoryArtifactStore memory() {
    return new InMemoryArtifactStore();
  }
}
