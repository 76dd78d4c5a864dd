package io.penstock.registry.crash;

import io.grpc.Status.Code;
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
  private final Queue<Code> ends = new ConcurrentLinkedQueue<>();
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

  void ended(Code code) {
    ends.add(code);
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

  /// How the calls failed that found no registry.
  Queue<Code> ends() {
    return ends;
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
