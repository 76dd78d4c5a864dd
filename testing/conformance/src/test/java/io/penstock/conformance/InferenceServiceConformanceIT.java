package io.penstock.conformance;

import io.penstock.conformance.wire.Server;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The inference service keeps the protocol, over gRPC and over its own REST.
class InferenceServiceConformanceIT {

  @RegisterExtension static final RepositoryServer inference = new RepositoryServer();

  @TestFactory
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  Stream<DynamicTest> sections() throws IOException {
    try (var server = Server.at(inference.grpc(), inference.http(), RepositoryServer.token())) {
      return SuiteRun.against(server, "inference-service").sections();
    }
  }
}
