package io.penstock.kit.database;

import io.micronaut.context.annotation.Requires;
import io.penstock.kit.loop.BackgroundLoop;
import io.penstock.kit.loop.Backoff;
import io.penstock.kit.service.ReadinessCheck;
import io.penstock.kit.service.StartupStep;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// Waits for PostgreSQL at start, however long it takes, and migrates the schema; from then on
/// watches that it answers. A migration that is wrong fails the start.
@Singleton
@Requires(property = "penstock.database.url")
final class DatabaseStartup implements StartupStep, ReadinessCheck, AutoCloseable {

  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2));
  private static final Duration BETWEEN_PROBES = Duration.ofSeconds(1);

  private final Database database;
  private final CompletableFuture<Void> migrated = new CompletableFuture<>();
  private volatile Optional<String> waitingFor = Optional.of("not asked yet");
  private volatile @Nullable BackgroundLoop loop;

  DatabaseStartup(Database database) {
    this.database = database;
  }

  @Override
  public String name() {
    return "PostgreSQL at " + database.address();
  }

  @Override
  public Optional<String> waitingFor() {
    return waitingFor;
  }

  @Override
  public void run() throws InterruptedException {
    loop = BackgroundLoop.start(database.service() + ": database watch", BACKOFF, this::watch);
    try {
      migrated.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("The database cannot be migrated", e.getCause());
    }
  }

  private Duration watch() {
    if (!migrated.isDone()) {
      migrate();
    }
    waitingFor = database.probe();
    return BETWEEN_PROBES;
  }

  private void migrate() {
    try {
      database.migrate();
      migrated.complete(null);
    } catch (RuntimeException e) {
      waitingFor = database.probe();
      SQLException lost = LostConnections.find(e).orElse(null);
      if (lost == null) {
        migrated.completeExceptionally(e);
      }
      throw e;
    }
  }

  @Override
  @PreDestroy
  public void close() {
    BackgroundLoop running = loop;
    if (running != null) {
      running.close();
    }
  }
}
