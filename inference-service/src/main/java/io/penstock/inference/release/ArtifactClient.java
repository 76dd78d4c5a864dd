package io.penstock.inference.release;

import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import io.penstock.kit.failure.FailureStatus;
import io.penstock.kit.grpc.Peers;
import io.penstock.proto.registry.v1.ArtifactServiceGrpc;
import io.penstock.proto.registry.v1.DownloadArtifactRequest;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/// Fetches artifacts from the registry. A file gets its name only when it is whole, durable, and
/// has the digest that it is asked for by.
@Singleton
final class ArtifactClient {

  private static final long MOST_MINUTES = 10;

  private final Peers peers;

  ArtifactClient(Peers peers) {
    this.peers = peers;
  }

  /// @param most bytes that it may have
  void download(ArtifactDigest digest, long most, Path target) throws LoadFailed {
    try {
      var part = Files.createTempFile(target.getParent(), digest.hex(), ".part");
      try {
        receive(digest, most, part);
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (StatusRuntimeException e) {
      throw new LoadFailed("cannot download " + digest + ": " + reason(e), e, isPassing(e));
    } catch (IOException e) {
      throw new LoadFailed("cannot store " + digest + ": " + e, e);
    }
  }

  private static boolean isPassing(StatusRuntimeException refused) {
    return switch (refused.getStatus().getCode()) {
      case NOT_FOUND, DATA_LOSS, INVALID_ARGUMENT, FAILED_PRECONDITION -> false;
      default -> true;
    };
  }

  private static String reason(StatusRuntimeException refused) {
    return FailureStatus.from(refused)
        .map(FailureStatus::reason)
        .orElseGet(() -> refused.getStatus().getCode().name());
  }

  private void receive(ArtifactDigest expected, long most, Path part)
      throws IOException, LoadFailed {
    // Who stops in the middle of a stream has to end it.
    var receiving = Context.current().withCancellation();
    var before = receiving.attach();
    try {
      write(expected, most, part);
    } finally {
      receiving.detachAndCancel(before, null);
    }
  }

  private void write(ArtifactDigest expected, long most, Path part) throws IOException, LoadFailed {
    var digest = ArtifactDigest.sha256();
    try (var file = FileChannel.open(part, StandardOpenOption.WRITE)) {
      var chunks =
          ArtifactServiceGrpc.newBlockingStub(peers.channel("registry"))
              .withDeadlineAfter(MOST_MINUTES, TimeUnit.MINUTES)
              .downloadArtifact(
                  DownloadArtifactRequest.newBuilder().setName(expected.toString()).build());
      while (chunks.hasNext()) {
        var chunk = chunks.next().getChunk();
        digest.update(chunk.asReadOnlyByteBuffer());
        write(file, chunk.asReadOnlyByteBuffer());
        if (file.position() > most) {
          throw new LoadFailed("%s has more than %d bytes".formatted(expected, most));
        }
      }
      file.force(true);
    }
    var given = ArtifactDigest.finish(digest);
    if (!given.equals(expected)) {
      throw new LoadFailed("the download of %s has the digest %s".formatted(expected, given.hex()));
    }
  }

  private static void write(FileChannel file, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }
}
