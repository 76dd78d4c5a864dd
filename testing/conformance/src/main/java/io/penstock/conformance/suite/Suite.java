package io.penstock.conformance.suite;

import com.google.common.base.Stopwatch;
import io.grpc.StatusRuntimeException;
import io.penstock.conformance.suite.Outcome.Verdict;
import io.penstock.conformance.wire.Server;
import io.penstock.conformance.wire.Transport;
import io.penstock.proto.oip.ServerLiveRequest;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs cases against a server, one after another, and asks after each whether the server still
/// lives.
public final class Suite {

  private static final int PATIENCE_SECONDS = 90;

  private final Server server;
  private final Selection selection;
  private final Offer offer;

  public Suite(Server server, Selection selection) {
    this.server = server;
    this.selection = selection;
    this.offer = new Offer(server);
  }

  /// What the server offers of the extensions that the suite knows.
  public List<String> extensions() {
    return offer.extensions().stream().sorted().map(Extension::label).toList();
  }

  /// @param listener hears each end as it comes
  public List<Outcome> run(List<Case> cases, Consumer<Outcome> listener) {
    var outcomes = new ArrayList<Outcome>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var one : selection.of(cases)) {
        var outcome = end(one, threads);
        listener.accept(outcome);
        outcomes.add(outcome);
      }
    }
    return List.copyOf(outcomes);
  }

  private Outcome end(Case one, ExecutorService threads) {
    var skipped = reasonToSkip(one);
    if (skipped.isPresent()) {
      var required = selection.required().contains(one.extension());
      var verdict = required ? Verdict.FAILED : Verdict.SKIPPED;
      return new Outcome(one, verdict, skipped.get(), Duration.ZERO);
    }
    var watch = Stopwatch.createStarted();
    var problem = problem(one, threads).or(this::deadServer);
    return problem
        .map(detail -> new Outcome(one, lost(one), detail, watch.elapsed()))
        .orElseGet(() -> new Outcome(one, Verdict.PASSED, "", watch.elapsed()));
  }

  private static Verdict lost(Case one) {
    return one.level() == Level.MUST ? Verdict.FAILED : Verdict.MISSED;
  }

  private Optional<String> reasonToSkip(Case one) {
    if (!offer.has(one.extension())) {
      return Optional.of("the server does not list " + one.extension().label());
    }
    if (one.local() && !selection.local()) {
      return Optional.of("needs the server's own machine: --local");
    }
    return one.transports().stream()
        .filter(transport -> !server.offers(transport))
        .findFirst()
        .map(transport -> "no address for " + transport)
        .or(() -> missingModel(one));
  }

  private Optional<String> missingModel(Case one) {
    return one.models().stream()
        .filter(model -> !offer.serves(model))
        .findFirst()
        .map(model -> "the server does not serve the model " + model);
  }

  private Optional<String> problem(Case one, ExecutorService threads) {
    Callable<Optional<String>> task = () -> problem(one);
    var run = threads.submit(task);
    try {
      return run.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      run.cancel(true);
      return Optional.of(told("an end within %d s".formatted(PATIENCE_SECONDS), "none"));
    } catch (ExecutionException e) {
      return Optional.of(told("no exception of the case itself", e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
  }

  private Optional<String> problem(Case one) throws Exception {
    server.note("");
    try {
      one.body().run(server);
      return Optional.empty();
    } catch (Mismatch mismatch) {
      return Optional.of(told(mismatch.expected(), mismatch.got()));
    } catch (StatusRuntimeException | UncheckedIOException e) {
      return Optional.of(told("an answer", e));
    } catch (IllegalArgumentException
        | ClassCastException
        | IllegalStateException
        | NullPointerException
        | IndexOutOfBoundsException e) {
      return Optional.of(told("an answer of the protocol's form", e + " " + server.received()));
    }
  }

  private String told(String expected, @Nullable Object got) {
    return "sent      %s\nexpected  %s\ngot       %s".formatted(server.sent(), expected, got);
  }

  private Optional<String> deadServer() {
    try {
      return isLive() ? Optional.empty() : Optional.of("the server says it is not live any more");
    } catch (StatusRuntimeException | UncheckedIOException e) {
      return Optional.of(told("a server that is live afterwards", e));
    }
  }

  private boolean isLive() {
    return (!server.offers(Transport.GRPC)
            || server.grpc().serverLive(ServerLiveRequest.getDefaultInstance()).getLive())
        && (!server.offers(Transport.REST) || server.rest().get("/v2/health/live").status() == 200);
  }
}
