package io.penstock.kit.grpc;

import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import io.penstock.kit.access.AuditScope;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.kit.identity.Caller;
import io.penstock.proto.feature.v1.FeatureIngestionServiceGrpc;
import io.penstock.proto.feature.v1.IngestFeaturesRequest;
import io.penstock.proto.feature.v1.IngestFeaturesResponse;
import io.penstock.proto.registry.v1.Artifact;
import io.penstock.proto.registry.v1.ArtifactServiceGrpc;
import io.penstock.proto.registry.v1.DownloadArtifactRequest;
import io.penstock.proto.registry.v1.DownloadArtifactResponse;
import io.penstock.proto.registry.v1.UploadArtifactRequest;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import java.util.Iterator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class StreamsIT {

  private static final int CHUNK = 64 * 1024;
  private static final int CHUNKS = 400;

  /// Streams in all directions, and counts how far ahead of its caller it gets.
  private static final class Artifacts extends ArtifactServiceGrpc.ArtifactServiceImplBase {

    final AtomicInteger written = new AtomicInteger();
    final CountDownLatch abandoned = new CountDownLatch(1);

    @Override
    public StreamObserver<UploadArtifactRequest> uploadArtifact(StreamObserver<Artifact> out) {
      return Calls.collect(out, Artifacts::receive);
    }

    private static Artifact receive(Iterator<UploadArtifactRequest> requests) {
      long size = 0;
      while (requests.hasNext()) {
        var chunk = requests.next().getChunk();
        if (chunk.isEmpty()) {
          throw InvalidArguments.of("chunk", "was empty, expected bytes");
        }
        size += chunk.size();
      }
      AuditScope.markCurrent();
      return Artifact.newBuilder()
          .setSizeBytes(size)
          .setCreatedBy(Caller.current().principal().name())
          .build();
    }

    @Override
    public void downloadArtifact(
        DownloadArtifactRequest request, StreamObserver<DownloadArtifactResponse> out) {
      Calls.stream(
          out,
          writer -> {
            try {
              for (int i = 0; i < CHUNKS; i++) {
                writer.write(chunk());
                written.incrementAndGet();
              }
            } finally {
              abandoned.countDown();
            }
          });
    }

    private static DownloadArtifactResponse chunk() {
      return DownloadArtifactResponse.newBuilder()
          .setChunk(ByteString.copyFrom(new byte[CHUNK]))
          .build();
    }
  }

  /// Answers each message with how many rows it had.
  private static final class Rows
      extends FeatureIngestionServiceGrpc.FeatureIngestionServiceImplBase {

    @Override
    public StreamObserver<IngestFeaturesRequest> ingestFeatures(
        StreamObserver<IngestFeaturesResponse> out) {
      return Calls.exchange(
          out,
          (requests, writer) -> {
            AuditScope.markCurrent();
            requests.forEachRemaining(
                request ->
                    writer.write(
                        IngestFeaturesResponse.newBuilder()
                            .setAccepted(request.getRowsCount())
                            .build()));
          });
    }
  }

  private static final Artifacts artifacts = new Artifacts();

  @RegisterExtension
  static final ServiceExtension service =
      ServiceExtension.of("streams").withoutDatabase().withBean(artifacts).withBean(new Rows());

  @Test
  void collect_readsEveryRequest() throws Exception {
    var upload = ArtifactServiceGrpc.newBlockingV2Stub(asAda()).uploadArtifact();
    for (int i = 0; i < 50; i++) {
      upload.write(upload(CHUNK));
    }
    upload.halfClose();

    var artifact = upload.read();
    assertThat(artifact.getSizeBytes()).isEqualTo(50L * CHUNK);
    assertThat(artifact.getCreatedBy()).isEqualTo("ada");
  }

  @Test
  void collect_failureInTheMiddle() throws Exception {
    var upload = ArtifactServiceGrpc.newBlockingV2Stub(asAda()).uploadArtifact();
    upload.write(upload(CHUNK));
    upload.write(upload(0));

    assertThatThrownBy(upload::read).satisfies(Failures.with(INVALID_ARGUMENT, "INVALID_ARGUMENT"));
  }

  @Test
  void exchange_answersEachRequest() throws Exception {
    var ingestion = FeatureIngestionServiceGrpc.newBlockingV2Stub(asAda()).ingestFeatures();
    for (int rows = 0; rows < 10; rows++) {
      var request = IngestFeaturesRequest.newBuilder();
      for (int i = 0; i < rows; i++) {
        request.addRowsBuilder();
      }
      ingestion.write(request.build());
      assertThat(ingestion.read().getAccepted()).isEqualTo(rows);
    }
    ingestion.halfClose();
    assertThat(ingestion.read()).isNull();
  }

  @Test
  void stream_waitsForASlowReader_andStopsWhenItLeaves() throws Exception {
    var download =
        ArtifactServiceGrpc.newBlockingV2Stub(asAda())
            .downloadArtifact(DownloadArtifactRequest.getDefaultInstance());
    download.read();
    TimeUnit.MILLISECONDS.sleep(300);

    assertThat(artifacts.written.get()).isLessThan(CHUNKS / 2);
    download.cancel("enough", null);
    assertThat(artifacts.abandoned.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(artifacts.written.get()).isLessThan(CHUNKS);
  }

  private static Channel asAda() {
    return service.channel("ada", "admin");
  }

  private static UploadArtifactRequest upload(int bytes) {
    return UploadArtifactRequest.newBuilder()
        .setChunk(ByteString.copyFrom(new byte[bytes]))
        .build();
  }
}
