package io.penstock.registry.crash;

import io.grpc.Status.Code;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/// What the registry said yes to.
final class Acknowledged {

  private final Map<String, Integer> stepsOfRun = new ConcurrentHashMap<>();
  private final Map<Long, String> sourceOfVersion = new ConcurrentHashMap<>();
  private final Map<String, String> digestOfFile = new ConcurrentHashMap<>();
  private final Queue<Code> ends = new ConcurrentLinkedQueue<>();

  void run(String run, int steps) {
    stepsOfRun.put(run, steps);
  }

  void version(long number, String source) {
    if (sourceOfVersion.put(number, source) != null) {
      throw new AssertionError("the number " + number + " was given twice");
    }
  }

  void file(String path, String sha256) {
    digestOfFile.put(path, sha256);
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
}
