package io.penstock.registry.migration;

import io.micronaut.context.BeanProvider;
import io.penstock.proto.mlflow.v1.ModelRegistryServiceGrpc.ModelRegistryServiceImplBase;
import io.penstock.proto.mlflow.v1.TrackingServiceGrpc.TrackingServiceImplBase;
import io.penstock.registry.file.ArtifactFiles;
import jakarta.inject.Singleton;
import java.io.IOException;

/// Does one import, through the services that answer MLflow's clients.
@Singleton
final class SessionImport {

  private final BeanProvider<TrackingServiceImplBase> tracking;
  private final BeanProvider<ModelRegistryServiceImplBase> models;
  private final ArtifactFiles files;

  SessionImport(
      BeanProvider<TrackingServiceImplBase> tracking,
      BeanProvider<ModelRegistryServiceImplBase> models,
      ArtifactFiles files) {
    this.tracking = tracking;
    this.models = models;
    this.files = files;
  }

  void copy(ImportSession session) throws IOException, InterruptedException {
    var copies = new FileImport(session, files);
    new ServerImport(
            session,
            tracking.get(),
            new RunImport(session, tracking.get(), copies),
            new ModelImport(session, models.get(), copies))
        .copy();
  }
}
