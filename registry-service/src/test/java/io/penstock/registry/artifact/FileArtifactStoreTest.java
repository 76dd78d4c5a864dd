package io.penstock.registry.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.kit.failure.FailureException;
import io.penstock.registry.RegistryFailure.ArtifactCorrupt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileArtifactStoreTest extends ArtifactStoreContract {

  @TempDir private Path directory;
  private FileArtifactStore store;

  @BeforeEach
  void open() throws IOException {
    store = FileArtifactStore.open(directory);
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  @Override
  ArtifactStore store() {
    return store;
  }

  @Test
  void keep_fansOutByDigest() throws IOException {
    var hex = keep(text("weights")).hex();
    assertThat(directory.resolve("sha256"))
        .isDirectoryRecursivelyContaining(
            "glob:**/" + hex.substring(0, 2) + "/" + hex.substring(2, 4) + "/" + hex);
  }

  @Test
  void open_afterAnotherRun_findsWhatWasKept() throws IOException {
    var digest = keep(text("weights"));
    store.close();
    store = FileArtifactStore.open(directory);
    assertThat(read(digest)).isEqualTo(text("weights"));
  }

  @Test
  void read_ofAFlippedBit_isCorrupt() throws IOException {
    var digest = keep(text("weights"));
    spoil(digest, text("weighty"));
    assertThatThrownBy(() -> read(digest))
        .isInstanceOfSatisfying(
            FailureException.class,
            e ->
                assertThat(e.failure())
                    .isInstanceOfSatisfying(
                        ArtifactCorrupt.class,
                        corrupt -> assertThat(corrupt.artifact()).isEqualTo(digest.name())));
  }

  @Test
  void read_ofATruncatedFile_isCorrupt() throws IOException {
    var digest = keep(text("weights"));
    spoil(digest, text("weig"));
    assertThatThrownBy(() -> read(digest)).isInstanceOf(FailureException.class);
  }

  @Test
  void keep_overACorruptCopy_healsIt() throws IOException {
    var digest = keep(text("weights"));
    spoil(digest, text("weighty"));
    keep(text("weights"));
    assertThat(read(digest)).isEqualTo(text("weights"));
  }

  @Test
  void close_leavesNoUnfinishedUpload() throws IOException {
    try (var deposit = store.begin()) {
      deposit.write(ByteBuffer.wrap(text("half")));
    }
    assertThat(uploads()).noneMatch(path -> !path.endsWith("lock"));
  }

  @Test
  void open_besideARunningNeighbour_leavesItsUploadsAlone() throws IOException {
    try (var deposit = store.begin();
        var _ = FileArtifactStore.open(directory)) {
      deposit.write(ByteBuffer.wrap(text("still here")));
      deposit.seal();
      deposit.keep(digestOf(text("still here")));
    }
    assertThat(read(digestOf(text("still here")))).isEqualTo(text("still here"));
  }

  private void spoil(ArtifactDigest digest, byte[] bytes) throws IOException {
    var file = store.path(digest);
    Files.delete(file);
    Files.write(file, bytes);
  }

  private List<Path> uploads() throws IOException {
    try (var files = Files.walk(directory.resolve("uploads"))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
