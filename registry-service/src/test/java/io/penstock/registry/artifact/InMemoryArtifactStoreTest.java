package io.penstock.registry.artifact;

class InMemoryArtifactStoreTest extends ArtifactStoreContract {

  private final ArtifactStore store = new InMemoryArtifactStore();

  @Override
  ArtifactStore store() {
    return store;
  }
}
