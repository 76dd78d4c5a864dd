package io.penstock.benchmarks;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.penstock.demo.story.Canary;
import io.penstock.demo.story.CanaryPlan;
import io.penstock.demo.story.FeatureStore;
import io.penstock.demo.story.Gate;
import io.penstock.demo.story.Laboratory;
import io.penstock.demo.story.Registered;
import io.penstock.demo.story.Story;
import io.penstock.demo.suite.Suite;
import io.penstock.demo.terminal.Terminal;
import io.penstock.local.LocalSuite;
import io.penstock.proto.registry.v1.ArtifactServiceGrpc;
import io.penstock.proto.registry.v1.DownloadArtifactRequest;
import java.nio.file.Path;
import java.time.Clock;

/// The demo played up to its features, so that what is measured is what the demo serves: version 1
/// as the primary, version 2 as a canary.
///
/// @param candidate ONNX file of version 2
record DemoRelease(byte[] candidate) {

  static DemoRelease play(LocalSuite local, Path tokens) {
    Terminal terminal = Terminal.standard();
    try (Suite suite = Suite.at(local.gateway(), local.address("gateway"), tokens)) {
      Story story = new Story(suite, terminal, Clock.systemUTC());
      Registered registered = new Laboratory(story).work();
      Canary canary = new Gate(story, new CanaryPlan(1)).pass(registered);
      new FeatureStore(story).fill(registered);
      terminal.section("measuring " + canary.version());
      return new DemoRelease(download(local, registered.candidate().getArtifact()));
    }
  }

  private static byte[] download(LocalSuite suite, String artifact) {
    ManagedChannel channel = Channels.plain(suite.address("registry"));
    try {
      var stub =
          ArtifactServiceGrpc.newBlockingStub(
              Channels.as(channel, suite.token("benchmark", "viewer")));
      ByteString.Output bytes = ByteString.newOutput();
      stub.downloadArtifact(DownloadArtifactRequest.newBuilder().setName(artifact).build())
          .forEachRemaining(part -> part.getChunk().forEach(bytes::write));
      return bytes.toByteString().toByteArray();
    } finally {
      channel.shutdownNow();
    }
  }
}
