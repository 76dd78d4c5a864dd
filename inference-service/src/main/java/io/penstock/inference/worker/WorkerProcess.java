package io.penstock.inference.worker;

import io.penstock.inference.runtime.RuntimeConfig;
import io.penstock.kit.service.Ticker;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A worker as the service sees it: a process, connections to it, and its end.
final class WorkerProcess implements AutoCloseable {

  private static final long PAUSE = 5;
  private static final long PAGE = 4096;
  private static final long LAST_WORDS = 2;

  private final Process process;
  private final Path directory;
  private volatile @Nullable String killedFor;

  private WorkerProcess(Process process, Path directory) {
    this.process = process;
    this.directory = directory;
  }

  /// Starts one; returns once it listens.
  ///
  /// @param background whether it goes after the threads that serve
  static WorkerProcess start(
      WorkerConfig config, RuntimeConfig runtime, Ticker ticker, boolean background)
      throws WorkerFailed {
    try {
      var directory = Files.createTempDirectory("penstock-worker");
      var process =
          new ProcessBuilder(command(directory, config, runtime, background))
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start();
      var worker = new WorkerProcess(process, directory);
      worker.awaitListening(ticker, config.startTimeout().toNanos());
      return worker;
    } catch (WorkerFailed e) {
      throw e;
    } catch (IOException e) {
      throw new WorkerFailed("no worker process can be started: " + e.getMessage(), e);
    }
  }

  private static List<String> command(
      Path directory, WorkerConfig config, RuntimeConfig runtime, boolean background) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + config.heap());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=" + directory.resolve("crash.log"),
            "--enable-native-access=ALL-UNNAMED",
            "-Djava.io.tmpdir=" + directory));
    command.addAll(NativeLibraries.option());
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            WorkerMain.class.getName(),
            socket(directory).toString(),
            Long.toString(config.memory()),
            Integer.toString(runtime.intraOpThreads()),
            Long.toString(runtime.runnerMemory()),
            Boolean.toString(background)));
    return command;
  }

  private static Path socket(Path directory) {
    return directory.resolve("socket");
  }

  private void awaitListening(Ticker ticker, long patience) throws WorkerFailed {
    long begun = ticker.nanos();
    while (!listens()) {
      boolean ended = awaitEnd(PAUSE);
      if (ended || ticker.nanos() - begun > patience) {
        kill("it did not start in time");
        throw new WorkerFailed("a worker process did not start: " + obituary());
      }
    }
  }

  // The socket is there a moment before anybody listens at it.
  private boolean listens() {
    try {
      SocketChannel.open(UnixDomainSocketAddress.of(socket(directory))).close();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private boolean awaitEnd(long millis) {
    try {
      return process.waitFor(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /// A new connection.
  Wire connect() throws WorkerFailed {
    try {
      return new Wire(SocketChannel.open(UnixDomainSocketAddress.of(socket(directory))));
    } catch (IOException e) {
      throw new WorkerFailed(obituary(), e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /// Bytes of the machine's memory that it holds; 0 where that cannot be told.
  long residentBytes() {
    try {
      var fields = Files.readString(Path.of("/proc", Long.toString(pid()), "statm")).split(" ");
      return Long.parseLong(fields[1]) * PAGE;
    } catch (IOException | RuntimeException e) {
      return 0;
    }
  }

  /// Ends it at once.
  void kill(String reason) {
    if (process.isAlive() && killedFor == null) {
      killedFor = reason;
    }
    process.destroyForcibly();
  }

  /// How it ended, waiting a moment for a process that is about to.
  String obituary() {
    boolean _ = awaitEnd(TimeUnit.SECONDS.toMillis(LAST_WORDS));
    var reason = killedFor;
    if (reason != null) {
      return reason;
    }
    // Asked anew: who was interrupted did not wait.
    return process.isAlive()
        ? "it does not answer"
        : Obituary.of(process.exitValue(), directory.resolve("crash.log"));
  }

  @Override
  public void close() {
    process.destroyForcibly();
    boolean _ = awaitEnd(TimeUnit.SECONDS.toMillis(LAST_WORDS));
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // Its directory is in the machine's temporary folder, and nearly empty.
    }
  }
}
