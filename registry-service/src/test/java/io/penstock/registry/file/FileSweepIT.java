package io.penstock.registry.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.kit.failure.FailureException;
import io.penstock.registry.RegistryClient;
import io.penstock.registry.artifact.ArtifactDigest;
import io.penstock.registry.artifact.ArtifactSweep;
import io.penstock.registry.file.MultipartUpload.Part;
import io.penstock.testkit.ServiceExtension;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class FileSweepIT {

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension registry =
      ServiceExtension.of("registry")
          .with("penstock.artifacts.directory", () -> directory.toString())
          .with("penstock.files.sweep-interval", "1h");

  private final ArtifactFiles files = registry.bean(ArtifactFiles.class);
  private final MultipartUploads uploads = registry.bean(MultipartUploads.class);
  private final ArtifactSweep sweep = registry.bean(ArtifactSweep.class);
  private final String root = RegistryClient.unique("0/run");

  @Test
  void sweep_dropsWhatLostItsLastName_afterTheGrace() throws IOException {
    var gone = upload("gone", root + "-gone");
    var other = upload("other", root + "-shared");
    upload("same", root + "-shared");
    files.delete(path("gone"));
    files.delete(path("other"));

    assertThat(sweep.loose(Instant.now().minus(Duration.ofHours(1))).dropped()).isZero();
    assertThat(stored(gone)).isTrue();
    sweepAll();
    assertThat(stored(gone)).isFalse();
    assertThat(stored(other)).isTrue();
    assertThat(read("same")).isEqualTo(root + "-shared");
  }

  @Test
  void sweep_dropsWhatWasReplaced() throws IOException {
    var first = upload("a", root + "-first");
    var second = upload("a", root + "-second");
    sweepAll();
    assertThat(stored(first)).isFalse();
    assertThat(stored(second)).isTrue();
  }

  @Test
  void sweep_leavesNativeArtifacts_whoeverElseNamedThem() throws IOException {
    var text = root + "-native";
    var digest = upload("a", text);
    RegistryClient.of(registry, "ada").upload(text.getBytes(StandardCharsets.UTF_8));
    files.delete(path("a"));
    sweepAll();
    assertThat(stored(digest)).isTrue();
  }

  @Test
  void sweep_leavesWhatAVersionWasMadeOf() throws IOException {
    var digest = upload("a", root + "-version");
    registry
        .bean(Jdbi.class)
        .useTransaction(
            handle -> {
              handle.execute("set local session_replication_role = replica");
              handle.execute(
                  "insert into model_version_file values (?, 1, 'elsewhere/a', ?, 1)",
                  root,
                  digest.hex());
            });
    files.delete(path("a"));
    sweepAll();
    assertThat(stored(digest)).isTrue();
  }

  @Test
  void sweep_dropsThePartsOfUploadsThatEnded() throws IOException {
    var completed = uploads.create(path("whole"), 2, "ada").id();
    var one = uploads.put(completed, 1, chunks(root + "-1"), "ada");
    var two = uploads.put(completed, 2, chunks(root + "-2"), "ada");
    var aborted = uploads.create(path("never"), 1, "ada").id();
    var lost = uploads.put(aborted, 1, chunks(root + "-3"), "ada");
    sweepAll();
    assertThat(stored(new ArtifactDigest(one))).isTrue();

    uploads.complete(completed, path("whole"), List.of(new Part(1, one), new Part(2, two)), "ada");
    uploads.abort(aborted, path("never"));
    sweepAll();
    for (var part : List.of(one, two, lost)) {
      assertThat(stored(new ArtifactDigest(part))).isFalse();
    }
    assertThat(read("whole")).isEqualTo(root + "-1" + root + "-2");
  }

  @Test
  void sweep_dropsAllButOneOfThoseWhoPutTheSamePartAtOnce() throws Exception {
    var id = uploads.create(path("contested"), 1, "ada").id();
    var puts = new ArrayList<Callable<String>>();
    for (int i = 0; i < 16; i++) {
      var text = root + "-contested" + i;
      puts.add(() -> uploads.put(id, 1, chunks(text), "ada"));
    }
    var etags = new ArrayList<String>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var put : threads.invokeAll(puts)) {
        etags.add(put.get());
      }
    }
    sweepAll();
    assertThat(etags).filteredOn(etag -> stored(new ArtifactDigest(etag))).hasSize(1);
  }

  @Test
  void expire_endsUploadsWhoseTimeIsOver() throws IOException {
    var id = uploads.create(path("late"), 1, "ada").id();
    var part = uploads.put(id, 1, chunks(root + "-late"), "ada");
    assertThat(uploads.expire(Instant.now(), 100)).isZero();
    assertThat(uploads.expire(Instant.now().plus(Duration.ofDays(2)), 100)).isPositive();
    sweepAll();
    assertThat(stored(new ArtifactDigest(part))).isFalse();
  }

  @Test
  void sweep_dropsOldBytesWithoutARow_andNoYoungOnes() throws IOException {
    var old = new ArtifactDigest("ab" + "0".repeat(62));
    var young = new ArtifactDigest("ab" + "1".repeat(62));
    for (var digest : List.of(old, young)) {
      Files.createDirectories(file(digest).getParent());
      Files.writeString(file(digest), "left by a crash");
    }
    Files.setLastModifiedTime(file(old), FileTime.fromMillis(1_000));
    var kept = upload("kept", root + "-kept");
    Files.setLastModifiedTime(file(kept), FileTime.fromMillis(1_000));
    for (int shard = 0; shard < 256; shard++) {
      var _ = sweep.unknown(shard, Instant.now().minus(Duration.ofHours(1)));
    }
    assertThat(file(old)).doesNotExist();
    assertThat(file(young)).exists();
    assertThat(file(kept)).exists();
  }

  /// Uploads, deletions and sweeps of a few contents under a few names, all at once: whatever has a
  /// name at the end can be read.
  @Test
  void sweep_besideUploadsOfTheSameBytes_neverTakesWhatHasAName() throws Exception {
    long seed = 20_261_122;
    System.out.println("seed " + seed);
    var running = new AtomicBoolean(true);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var sweeping = new ArrayList<Future<?>>();
      for (int i = 0; i < 2; i++) {
        sweeping.add(
            threads.submit(
                () -> {
                  while (running.get()) {
                    sweepAll();
                  }
                }));
      }
      var tasks = new ArrayList<Callable<Integer>>();
      for (int i = 0; i < 6; i++) {
        var random = new Random(seed + i);
        tasks.add(() -> moveAbout(random));
      }
      int kept = 0;
      for (var moved : threads.invokeAll(tasks)) {
        kept += moved.get();
      }
      running.set(false);
      for (var swept : sweeping) {
        var _ = swept.get();
      }
      assertThat(kept).isPositive();
    }
    sweepAll();
    for (var entry : files.list(ArtifactFilePath.folder("path", root), "").entries()) {
      assertThat(read(entry.path().name())).startsWith(root + "-content");
    }
  }

  private int moveAbout(Random random) throws IOException {
    int kept = 0;
    for (int step = 0; step < 60; step++) {
      var name = "name" + random.nextInt(4);
      if (random.nextInt(3) == 0) {
        deleteIfThere(name);
      } else {
        upload(name, root + "-content" + random.nextInt(3));
        kept++;
      }
    }
    return kept;
  }

  private void deleteIfThere(String name) {
    try {
      files.delete(path(name));
    } catch (FailureException nobodyPutItThere) {
      assertThat(nobodyPutItThere.failure().toString()).contains("NotFound");
    }
  }

  private void sweepAll() {
    var _ = sweep.loose(Instant.now().plus(Duration.ofSeconds(1)));
  }

  private ArtifactDigest upload(String name, String text) {
    return files.upload(path(name), Optional.empty(), chunks(text), "ada").digest();
  }

  private String read(String name) throws IOException {
    try (var bytes = files.open(files.find(path(name)).orElseThrow())) {
      return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private ArtifactFilePath path(String name) {
    return ArtifactFilePath.file("path", root + "/" + name);
  }

  private static Iterator<ByteBuffer> chunks(String text) {
    return List.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))).iterator();
  }

  private static boolean stored(ArtifactDigest digest) {
    return Files.exists(file(digest));
  }

  private static Path file(ArtifactDigest digest) {
    var hex = digest.hex();
    return directory
        .resolve("sha256")
        .resolve(hex.substring(0, 2))
        .resolve(hex.substring(2, 4))
        .resolve(hex);
  }
}
