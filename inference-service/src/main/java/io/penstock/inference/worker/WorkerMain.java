package io.penstock.inference.worker;

import io.penstock.inference.InferenceConfig;
import io.penstock.inference.InferenceConfig.DeviceChoice;
import io.penstock.inference.runtime.BackgroundThread;
import io.penstock.inference.runtime.OnnxRuntime;
import io.penstock.inference.runtime.RuntimeConfig;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;

/// A worker process: loads one model at a time and runs it for the service that started it. Ends
/// with the service, however that ends: its standard input is a pipe that closes then.
final class WorkerMain {

  private static final int ORPHANED = 3;

  private WorkerMain() {}

  /// @param args the socket to listen on, bytes that models may take, threads of a run, bytes that
  ///   a runner keeps, and whether it goes after the threads that serve
  public static void main(String... args) throws IOException {
    var socket = Path.of(args[0]);
    var directory = Objects.requireNonNull(socket.toAbsolutePath().getParent());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
    Thread.ofPlatform().daemon().name("parent watch").start(() -> endWithParent(directory));
    endFirst();
    if (Boolean.parseBoolean(args[4])) {
      BackgroundThread.stepBack();
    }
    var config = new RuntimeConfig(Integer.parseInt(args[2]), Long.parseLong(args[3]));
    var runtime = new OnnxRuntime(new InferenceConfig(DeviceChoice.CPU, socket), config);
    DataLimit.allow(Long.parseLong(args[1]));
    var session = new WorkerSession(runtime);
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      while (true) {
        var connection = new WorkerConnection(session, new Wire(server.accept()));
        Thread.ofPlatform().daemon().name("worker connection").start(connection);
      }
    }
  }

  private static void endWithParent(Path directory) {
    try {
      while (System.in.read() >= 0) {
        // Nothing is ever said here.
      }
    } catch (IOException e) {
      // As good as closed.
    }
    delete(directory);
    Runtime.getRuntime().halt(ORPHANED);
  }

  private static void delete(Path directory) {
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // What is left is small, and the machine's temporary folder.
    }
  }

  // Where memory runs out all the same, the kernel should take this process and not the service.
  private static void endFirst() {
    try {
      Files.writeString(Path.of("/proc/self/oom_score_adj"), "1000");
    } catch (IOException e) {
      // Not Linux, or not allowed.
    }
  }
}
