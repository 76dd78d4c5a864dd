package io.penstock.registry.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/// What every artifact store does.
abstract class ArtifactStoreContract {

  abstract ArtifactStore store();

  static ArtifactDigest digestOf(byte[] bytes) {
    var sha256 = ArtifactDigest.sha256();
    sha256.update(bytes);
    return ArtifactDigest.of(sha256);
  }

  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  ArtifactDigest keep(byte[] bytes) throws IOException {
    try (var deposit = store().begin()) {
      deposit.write(ByteBuffer.wrap(bytes));
      deposit.seal();
      deposit.keep(digestOf(bytes));
      return digestOf(bytes);
    }
  }

  byte[] read(ArtifactDigest digest) throws IOException {
    try (var bytes = new VerifiedStream(store().open(digest), digest, _ -> {})) {
      return bytes.readAllBytes();
    }
  }

  @Test
  void keep_makesTheBytesReadable() throws IOException {
    var digest = keep(text("weights"));
    assertThat(read(digest)).isEqualTo(text("weights"));
    assertThat(StandardCharsets.UTF_8.decode(store().map(digest)).toString()).isEqualTo("weights");
  }

  @Test
  void keep_ofNothing_isAnArtifactToo() throws IOException {
    assertThat(read(keep(new byte[0]))).isEmpty();
    assertThat(store().map(digestOf(new byte[0])).remaining()).isZero();
  }

  @Test
  void write_inManyPieces_keepsTheirOrder() throws IOException {
    var bytes = new byte[300_000];
    new Random(11).nextBytes(bytes);
    try (var deposit = store().begin()) {
      for (int at = 0; at < bytes.length; at += 7_000) {
        deposit.write(ByteBuffer.wrap(bytes, at, Math.min(7_000, bytes.length - at)));
      }
      deposit.seal();
      deposit.keep(digestOf(bytes));
    }
    assertThat(read(digestOf(bytes))).isEqualTo(bytes);
  }

  @Test
  void keep_ofTheSameAgain_changesNothing() throws IOException {
    keep(text("twice"));
    assertThat(read(keep(text("twice")))).isEqualTo(text("twice"));
  }

  @Test
  void close_withoutKeep_leavesNothing() throws IOException {
    try (var deposit = store().begin()) {
      deposit.write(ByteBuffer.wrap(text("abandoned")));
    }
    assertThatThrownBy(() -> read(digestOf(text("abandoned"))))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void write_isNotVisibleBeforeKeep() throws IOException {
    try (var deposit = store().begin()) {
      deposit.write(ByteBuffer.wrap(text("half")));
      assertThatThrownBy(() -> store().map(digestOf(text("half"))))
          .isInstanceOf(NoSuchFileException.class);
    }
  }

  @Test
  void open_ofTheUnknown_saysSo() {
    assertThatThrownBy(() -> store().open(digestOf(text("never"))))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void delete_forgetsTheBytes_andOnlyThem() throws IOException {
    var gone = keep(text("gone"));
    var stays = keep(text("stays"));
    store().delete(gone);
    store().delete(gone);
    assertThatThrownBy(() -> read(gone)).isInstanceOf(NoSuchFileException.class);
    assertThat(read(stays)).isEqualTo(text("stays"));
  }

  @Test
  void keep_byManyAtOnce_keepsEach() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var tasks = new ArrayList<Callable<ArtifactDigest>>();
      for (int i = 0; i < 40; i++) {
        var bytes = text("artifact " + i % 10);
        tasks.add(() -> keep(bytes));
      }
      for (var kept : threads.invokeAll(tasks)) {
        assertThat(digestOf(read(kept.get()))).isEqualTo(kept.get());
      }
    }
  }
}
