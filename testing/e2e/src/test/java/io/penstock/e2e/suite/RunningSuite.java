package io.penstock.e2e.suite;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.penstock.local.LocalSuite;
import io.penstock.testkit.DeletedTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// A suite that is up, in a home of its own that is gone afterwards.
public final class RunningSuite implements AutoCloseable {

  public static final Duration READY_WITHIN = Duration.ofMinutes(2);

  private final Path home;
  private final LocalSuite local;
  private final Map<String, ManagedChannel> channels = new ConcurrentHashMap<>();
  private final AtomicLong names = new AtomicLong();

  private RunningSuite(Path home, LocalSuite local) {
    this.home = home;
    this.local = local;
  }

  /// Starts all services in this JVM.
  ///
  /// @param overrides configuration that wins over the suite's own
  public static RunningSuite inOneJvm(Map<String, String> overrides) {
    return start(false, overrides);
  }

  /// Starts every service in a JVM of its own, to kill it.
  public static RunningSuite inSeparateJvms(Map<String, String> overrides) {
    return start(true, overrides);
  }

  private static RunningSuite start(boolean separate, Map<String, String> overrides) {
    try {
      Path home = Files.createTempDirectory("penstock-e2e");
      var suite = new RunningSuite(home, LocalSuite.onFreePorts(home, separate, overrides));
      suite.requireReady();
      return suite;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void requireReady() {
    try {
      if (!local.awaitReady(READY_WITHIN)) {
        close();
        throw new IllegalStateException("the suite was not ready within " + READY_WITHIN);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// The suite itself: its addresses, its processes, and ways to hurt it.
  public LocalSuite local() {
    return local;
  }

  /// The directory of its data.
  public Path home() {
    return home;
  }

  /// Somebody with these roles and a token good for an hour.
  public Client as(String subject, String... roles) {
    return withToken(local.token(subject, roles));
  }

  public Client withToken(String token) {
    return new Client(this, "Bearer " + token);
  }

  /// Somebody without any credential.
  public Client anonymous() {
    return new Client(this, "");
  }

  /// A name that no other test has taken: `prefix-7`.
  public String newName(String prefix) {
    return prefix + "-" + names.incrementAndGet();
  }

  ManagedChannel channel(String service) {
    return channels.computeIfAbsent(
        local.address(service),
        address ->
            Grpc.newChannelBuilder(address, InsecureChannelCredentials.create())
                .maxInboundMessageSize(64 << 20)
                .build());
  }

  @Override
  public void close() {
    try {
      channels.values().forEach(RunningSuite::shutDown);
      local.close();
    } finally {
      DeletedTree.delete(home);
    }
  }

  private static void shutDown(ManagedChannel channel) {
    try {
      if (!channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS)) {
        throw new IllegalStateException("a channel did not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
