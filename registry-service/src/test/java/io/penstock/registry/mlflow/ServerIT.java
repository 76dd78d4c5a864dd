package io.penstock.registry.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status.Code;
import io.penstock.proto.mlflow.v1.CreateLoggedModelRequest;
import io.penstock.proto.mlflow.v1.GetServerInfoRequest;
import io.penstock.proto.mlflow.v1.LoggedModelServiceGrpc;
import io.penstock.proto.mlflow.v1.ServerServiceGrpc;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ServerIT {

  @TempDir static Path directory;

  @RegisterExtension
  static final ServiceExtension REGISTRY =
      ServiceExtension.of("registry")
          .with("penstock.artifacts.directory", () -> directory.toString());

  @Test
  void serverInfo_isPublic() {
    var info =
        ServerServiceGrpc.newBlockingStub(REGISTRY.anonymous())
            .getServerInfo(GetServerInfoRequest.getDefaultInstance());
    assertThat(info.getStoreType()).isEqualTo("SqlStore");
    assertThat(info.hasWorkspacesEnabled()).isTrue();
    assertThat(info.getWorkspacesEnabled()).isFalse();
  }

  @Test
  void requiredFields_areAskedForBeforeAnythingElse() {
    assertThatThrownBy(
            () ->
                LoggedModelServiceGrpc.newBlockingStub(REGISTRY.channel("ada", "data-scientist"))
                    .createLoggedModel(CreateLoggedModelRequest.getDefaultInstance()))
        .satisfies(Failures.with(Code.INVALID_ARGUMENT, "INVALID_PARAMETER_VALUE"))
        .hasMessageContaining("Missing value for required parameter 'experiment_id'.");
  }
}
