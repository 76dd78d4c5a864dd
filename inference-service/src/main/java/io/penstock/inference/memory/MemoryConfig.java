package io.penstock.inference.memory;

import com.sun.management.OperatingSystemMXBean;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/// How much memory models may take.
///
/// @param budget bytes for all models together; 0 for 60 % of what the machine, or the container,
///   has beside the Java heap
/// @param linger how long a version that is served no more stays in memory, if there is room, so
///   that a rollback is instant; 0s: not at all
/// @param waitingRequests requests of one version that may wait while it is loaded again
@ConfigurationProperties("penstock.inference.memory")
public record MemoryConfig(
    @Bindable(defaultValue = "0") long budget,
    @Bindable(defaultValue = "10m") Duration linger,
    @Bindable(defaultValue = "1024") int waitingRequests) {

  private static final double SHARE = 0.6;

  public MemoryConfig {
    require(budget >= 0, "budget", budget, "0 or more bytes");
    require(!linger.isNegative(), "linger", linger, "0s or more");
    require(waitingRequests >= 1, "waiting-requests", waitingRequests, "at least 1");
  }

  public static MemoryConfig defaults() {
    return new MemoryConfig(0, Duration.ofMinutes(10), 1024);
  }

  /// The budget in bytes, decided where it was left open.
  long bytes() {
    return budget > 0 ? budget : (long) (SHARE * Math.max(0, machine() - heap()));
  }

  private static long machine() {
    var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return system.getTotalMemorySize();
  }

  private static long heap() {
    return Runtime.getRuntime().maxMemory();
  }

  private static void require(boolean right, String key, Object value, String expected) {
    if (!right) {
      throw new IllegalArgumentException(
          "penstock.inference.memory.%s was %s, expected %s".formatted(key, value, expected));
    }
  }
}
