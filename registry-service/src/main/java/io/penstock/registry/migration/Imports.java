package io.penstock.registry.migration;

import com.google.protobuf.Message;
import io.micronaut.runtime.event.annotation.EventListener;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.kit.identity.Caller;
import io.penstock.kit.identity.Principal;
import io.penstock.kit.loop.BackgroundLoop;
import io.penstock.kit.loop.Backoff;
import io.penstock.kit.outbox.Changes;
import io.penstock.kit.page.Page;
import io.penstock.kit.page.PageRequest;
import io.penstock.kit.service.ServiceStarted;
import io.penstock.kit.service.ServiceStopping;
import io.penstock.registry.RegistryFailure.AlreadyExists;
import io.penstock.registry.RegistryFailure.Kind;
import io.penstock.registry.RegistryFailure.NotFound;
import io.penstock.registry.Times;
import io.penstock.registry.migration.ImportJob.State;
import io.penstock.registry.outbound.AddressGuard;
import io.penstock.registry.outbound.TrustedTls;
import io.penstock.registry.webhook.SecretBox;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The imports of the registry. A replica works on one at a time, under a lease that it renews: the
/// import of a replica that died is gone on with by another.
@Singleton
final class Imports {

  private static final Logger log = LoggerFactory.getLogger(Imports.class);
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration LEASE = Duration.ofSeconds(30);

  private final Jdbi jdbi;
  private final Changes changes;
  private final SecretBox secrets;
  private final SessionImport importing;
  private final TrustedTls tls;
  private final Clock clock;
  private @Nullable BackgroundLoop working;
  private @Nullable BackgroundLoop renewing;
  private volatile @Nullable Current current;

  /// What this replica works on.
  ///
  /// @param lease until when; nobody else's is the same
  private record Current(UUID id, Progress progress, Instant lease) {}

  Imports(
      Jdbi jdbi,
      Changes changes,
      SecretBox secrets,
      SessionImport importing,
      TrustedTls tls,
      Clock clock) {
    this.jdbi = jdbi;
    this.changes = changes;
    this.secrets = secrets;
    this.importing = importing;
    this.tls = tls;
    this.clock = clock;
  }

  @EventListener
  void start(ServiceStarted started) {
    working = BackgroundLoop.start("imports", BACKOFF, this::work);
    renewing = BackgroundLoop.start("import-progress", BACKOFF, this::renew);
  }

  // What is under way is not cancelled: its lease runs out, and somebody goes on.
  @EventListener
  void stop(ServiceStopping stopping) {
    var running = current;
    if (running != null) {
      running.progress().cancel();
    }
    close(working);
    close(renewing);
  }

  private static void close(@Nullable BackgroundLoop loop) {
    if (loop != null) {
      loop.close();
    }
  }

  ImportJob start(ImportJob job, SourceAccount account, Message request) {
    checkAddress(job);
    var credentials =
        account.authorization().map(value -> secrets.seal(job.id(), value)).orElse(null);
    var started =
        changes.commit(
            change -> {
              if (!ImportRepository.insert(change.handle(), job, credentials)) {
                throw new AlreadyExists(Kind.IMPORT, job.source().toString()).exception();
              }
              change.audit(job.name(), request);
              return job;
            });
    wake();
    return started;
  }

  private void wake() {
    if (working != null) {
      working.wake();
    }
  }

  // A first look for whoever types the address; each connection is looked at again.
  private static void checkAddress(ImportJob job) {
    try {
      var _ = guard(job).resolve(job.source());
    } catch (UnknownHostException e) {
      throw InvalidArguments.of("base_url", "names a host without an address: " + e.getMessage());
    } catch (IOException e) {
      throw InvalidArguments.of("base_url", String.valueOf(e.getMessage()));
    }
  }

  private static AddressGuard guard(ImportJob job) {
    return new AddressGuard(job.allowPrivate(), Set.of());
  }

  ImportJob get(UUID id) {
    return jdbi.withHandle(handle -> ImportRepository.find(handle, id))
        .orElseThrow(() -> new NotFound(Kind.IMPORT, "imports/" + id).exception());
  }

  Page<ImportJob> list(PageRequest page) {
    return jdbi.withHandle(handle -> ImportRepository.page(handle, page));
  }

  /// Calls an import off; one that is over stays as it is.
  ImportJob cancel(UUID id, Message request) {
    var job = get(id);
    changes.run(
        change -> {
          boolean _ = ImportRepository.end(change.handle(), id, State.CANCELLED, "", change.time());
          change.audit(job.name(), request);
        });
    var running = current;
    if (running != null && running.id().equals(id)) {
      running.progress().cancel();
    }
    return get(id);
  }

  private Duration work() throws InterruptedException {
    var now = Times.now(clock);
    var lease = now.plus(LEASE);
    var claimed = jdbi.inTransaction(handle -> ImportRepository.claim(handle, now, lease));
    if (claimed.isEmpty()) {
      return POLL;
    }
    work(claimed.get(), lease);
    return Duration.ZERO;
  }

  private void work(ImportJob job, Instant lease) throws InterruptedException {
    var progress = new Progress(job);
    current = new Current(job.id(), progress, lease);
    log.info("Importing from {}", job.source());
    try {
      importing.copy(session(job, progress));
      end(job, State.DONE, "");
    } catch (Progress.Cancelled e) {
      log.info("The import from {} stopped", job.source());
    } catch (IOException | RuntimeException e) {
      log.warn("The import from {} failed", job.source(), e);
      end(job, State.FAILED, String.valueOf(e.getMessage()));
    } finally {
      current = null;
    }
  }

  private ImportSession session(ImportJob job, Progress progress) throws IOException {
    var account = new SourceAccount(credentials(job));
    var source = new MlflowSourceClient(job.source(), account, guard(job), tls, progress);
    return new ImportSession(job, source, new LocalMlflowClient(caller(job)), progress, jdbi);
  }

  private Optional<String> credentials(ImportJob job) throws IOException {
    var sealed = jdbi.withHandle(handle -> ImportRepository.credentials(handle, job.id()));
    return sealed.isEmpty()
        ? Optional.empty()
        : Optional.of(new String(secrets.open(job.id(), sealed.get()), StandardCharsets.UTF_8));
  }

  private static Caller caller(ImportJob job) {
    return new Caller(
        new Principal(job.startedBy(), Principal.Kind.USER, Set.of()),
        "import/" + job.source().getHost(),
        "");
  }

  // Whose lease ran out has nothing to end: somebody else goes on.
  private void end(ImportJob job, State state, String failure) {
    if (renewed()) {
      boolean _ =
          jdbi.withHandle(
              handle -> ImportRepository.end(handle, job.id(), state, failure, clock.instant()));
    }
  }

  private Duration renew() {
    boolean _ = renewed();
    return POLL;
  }

  // By two threads, one at a time: each needs the lease that the other one got.
  private synchronized boolean renewed() {
    var running = current;
    if (running == null) {
      return false;
    }
    var now = Times.now(clock);
    var lease = now.plus(LEASE);
    boolean held =
        jdbi.withHandle(
            handle ->
                ImportRepository.renew(
                    handle, running.id(), running.lease(), lease, running.progress(), now));
    if (held) {
      current = new Current(running.id(), running.progress(), lease);
    } else {
      running.progress().cancel();
    }
    return held;
  }
}
