package io.penstock.registry.mlflow;

import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.proto.mlflow.v1.DownloadFileRequest;
import io.penstock.registry.LockWaits;
import io.penstock.registry.RegistryClient;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Files that versions are made of, or that several callers want at once.
class ContestedFileIT {

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension registry =
      ServiceExtension.of("registry")
          .with("penstock.artifacts.directory", () -> directory.toString());

  private FileClient ada;
  private String root;

  @BeforeEach
  void connect() {
    ada = FileClient.of(registry, "ada");
    root = RegistryClient.unique("0/run");
  }

  @Test
  void frozenFile_canNeitherBeOverwrittenNorDeleted() {
    ada.upload(root + "/model/MLmodel", text("x"));
    var model = RegistryClient.unique("frozen");
    freeze(model, root + "/model/MLmodel");
    var frozen =
        Failures.with(
            FAILED_PRECONDITION,
            "FILE_FROZEN",
            status ->
                assertThat(status.message()).contains("models/%s/versions/1".formatted(model)));
    assertThatThrownBy(() -> ada.upload(root + "/model/MLmodel", text("y"))).satisfies(frozen);
    assertThatThrownBy(() -> ada.delete(root + "/model")).satisfies(frozen);
    ada.upload(root + "/model/MLmodel", text("x"));
    assertThat(
            ada.download(
                DownloadFileRequest.newBuilder()
                    .setName(model)
                    .setVersion("1")
                    .setPath("MLmodel")
                    .build()))
        .isEqualTo(text("x"));
  }

  // Both look whether a version is made of the file. One that looks before it has the file alone
  // would miss the version that is being made, and then change what it is made of.
  @Test
  void change_ofAFileThatAVersionIsBeingMadeOf_waitsAndIsRefused() throws Exception {
    List<Runnable> changes =
        List.of(
            () -> ada.upload(root + "/model/MLmodel", text("y")),
            () -> ada.delete(root + "/model"));
    for (var change : changes) {
      ada.upload(root + "/model/MLmodel", text("x"));
      var model = RegistryClient.unique("freezing");
      try (var version = jdbi().open()) {
        version.begin();
        assertThat(
                version
                    .select(
                        "select sha256 from artifact_file where path = ? for share",
                        root + "/model/MLmodel")
                    .mapTo(String.class)
                    .list())
            .hasSize(1);
        freeze(version, model, root + "/model/MLmodel");
        var changed = CompletableFuture.runAsync(change);
        LockWaits.await(version);
        version.commit();

        assertThat(changed.handle((_, failure) -> failure).join().getCause())
            .satisfies(Failures.with(FAILED_PRECONDITION, "FILE_FROZEN"));
      }
      assertThat(ada.download(root + "/model/MLmodel")).isEqualTo(text("x"));
      jdbi().useHandle(h -> h.execute("delete from model_version_file where model = ?", model));
    }
  }

  private static void freeze(String model, String path) {
    jdbi().useTransaction(handle -> freeze(handle, model, path));
  }

  private static void freeze(Handle handle, String model, String path) {
    handle.execute("set local session_replication_role = replica");
    handle.execute(
        """
        insert into model (id, name, description, owner, create_time, update_time)
        values (?, ?, '', '', now(), now())""",
        model,
        model);
    handle.execute(
        """
        insert into model_version_file (model, number, path, sha256, size_bytes)
        select ?, 1, path, sha256, size_bytes from artifact_file where path = ?""",
        model,
        path);
  }

  @Test
  void upload_byManyUnderOneName_leavesOneOfThemWhole() throws Exception {
    var versions = new ArrayList<byte[]>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var tasks = new ArrayList<Callable<Object>>();
      for (int i = 0; i < 16; i++) {
        var bytes = text(String.valueOf(i % 4).repeat(200_000));
        versions.add(bytes);
        tasks.add(() -> FileClient.of(registry, "ada").upload(root + "/a", bytes));
      }
      for (var done : threads.invokeAll(tasks)) {
        var _ = done.get();
      }
    }
    assertThat(versions).contains(ada.download(root + "/a"));
  }

  @Test
  void upload_ofAFileAndADirectoryOfOneName_atOnce_keepsOneOfThem() throws Exception {
    for (int round = 0; round < 10; round++) {
      var name = root + "/" + round;
      var tasks = List.<Callable<Boolean>>of(() -> taken(name), () -> taken(name + "/below"));
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        int taken = 0;
        for (var done : threads.invokeAll(tasks)) {
          taken += done.get() ? 1 : 0;
        }
        assertThat(taken).isEqualTo(1);
      }
    }
  }

  private boolean taken(String path) {
    try {
      ada.upload(path, text("x"));
      return true;
    } catch (RuntimeException refused) {
      return false;
    }
  }

  private static Jdbi jdbi() {
    return registry.bean(Jdbi.class);
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
