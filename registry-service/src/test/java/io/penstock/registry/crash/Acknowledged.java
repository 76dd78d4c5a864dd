package io.penstock.registry.crash;

import io.grpc.Status;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// What the registry said yes to.
final class Acknowledged {

  private final Map<String, Integer> stepsOfRun = new ConcurrentHashMap<>();
  private final Map<Long, String> sourceOfVersion = new ConcurrentHashMap<>();
  private final Map<String, String> digestOfFile = new ConcurrentHashMap<>();
  private final Queue<Status> ends = new ConcurrentLinkedQueue<>();
  private final CountDownLatch some = new CountDownLatch(1);

  /// Waits until something is acknowledged.
  void awaitSome() throws InterruptedException {
    if (!some.await(1, TimeUnit.MINUTES)) {
      throw new AssertionError("a registry that runs acknowledges nothing; calls ended " + ends);
    }
  }

  void run(String run, int steps) {
    stepsOfRun.put(run, steps);
    some.countDown();
  }

  void version(long number, String source) {
    if (sourceOfVersion.put(number, source) != null) {
      throw new AssertionError("the number " + number + " was given twice");
    }
    some.countDown();
  }

  void file(String path, String sha256) {
    digestOfFile.put(path, sha256);
    some.countDown();
  }

  void ended(Status status) {
    ends.add(status);
  }

  Map<String, Integer> runs() {
    return stepsOfRun;
  }

  Map<Long, String> versions() {
    return sourceOfVersion;
  }

  Map<String, String> files() {
    return digestOfFile;
  }

  /// Ends of calls that a killed server does not explain.
  List<Status> strange() {
    return ends.stream().filter(status -> !isLost(status)).toList();
  }

  // A client in the middle of writing calls a connection that is lost UNKNOWN.
  private static boolean isLost(Status status) {
    return switch (status.getCode()) {
      case UNAVAILABLE -> true;
      case UNKNOWN -> status.getCause() instanceof ClosedChannelException;
      default -> false;
    };
  }

  void addAll(Acknowledged others) {
    others.stepsOfRun.forEach(this::run);
    others.sourceOfVersion.forEach(this::version);
    others.digestOfFile.forEach(this::file);
    ends.addAll(others.ends);
  }

  @Override
  public String toString() {
    return "%d runs, %d versions, %d files"
        .formatted(stepsOfRun.size(), sourceOfVersion.size(), digestOfFile.size());
  }
}
