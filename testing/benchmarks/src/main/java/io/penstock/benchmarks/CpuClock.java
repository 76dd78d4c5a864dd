package io.penstock.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// CPU time that a set of processes has used, from `/proc/<pid>/stat` (user and system, in ticks of
/// 10 ms).
record CpuClock(List<Long> pids) {

  private static final long MICROS_A_TICK = 10_000;
  private static final int USER_TICKS = 11;
  private static final int SYSTEM_TICKS = 12;

  static CpuClock of(ProcessHandle... processes) {
    return new CpuClock(List.of(processes).stream().map(ProcessHandle::pid).toList());
  }

  Duration used() {
    return Duration.of(
        pids.stream().mapToLong(CpuClock::ticks).sum() * MICROS_A_TICK,
        java.time.temporal.ChronoUnit.MICROS);
  }

  private static long ticks(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      // The command, in parentheses, may hold spaces; the numbers come after it.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
