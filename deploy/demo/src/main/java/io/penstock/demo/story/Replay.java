package io.penstock.demo.story;

import static io.penstock.demo.suite.Person.APP;
import static io.penstock.demo.suite.Person.OPERATOR;

import io.penstock.demo.flights.Flight;
import io.penstock.demo.replay.Ask;
import io.penstock.demo.replay.Callers;
import io.penstock.demo.replay.Labels;
import io.penstock.demo.replay.Ledger;
import io.penstock.demo.replay.Outcome;
import io.penstock.demo.replay.Timetable;
import io.penstock.demo.suite.StepFailed;
import io.penstock.demo.terminal.Figures;
import io.penstock.demo.terminal.Progress;
import io.penstock.demo.terminal.Terminal;
import io.penstock.demo.training.Study;
import io.penstock.proto.monitoring.v1.MonitoringServiceGrpc;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import io.penstock.proto.registry.v1.GetReleaseRequest;
import io.penstock.proto.registry.v1.Release;
import io.penstock.proto.registry.v1.ReleaseServiceGrpc;
import io.penstock.proto.registry.v1.ReleaseServiceGrpc.ReleaseServiceBlockingStub;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Step 4, first half: the flights of April to June as live traffic. A day begins when the features
/// of the day before are published; its labels arrive when the next day is over.
public final class Replay {

  private static final double TOLERATED_DIFFERENCE = 1e-5;
  private static final double TOLERATED_REFUSALS = 0.001;
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM", Locale.ENGLISH);

  private final Story story;
  private final Terminal terminal;
  private final Registered registered;
  private final Canary canary;
  private final FeatureFeed feed;
  private final Ledger ledger;
  private final Labels labels;
  private final ReleaseServiceBlockingStub releases;
  private long revision;
  private List<Outcome> yesterday = List.of();

  public Replay(Story story, Registered registered, Canary canary, FeatureFeed feed) {
    this.story = story;
    this.terminal = story.terminal();
    this.registered = registered;
    this.canary = canary;
    this.feed = feed;
    this.ledger =
        new Ledger(
            registered.study().features(),
            Map.of(
                Versions.number(canary.baseline()), registered.study().baseline().model().trees(),
                Versions.number(canary.version()), registered.study().candidate().model().trees()));
    this.labels = new Labels(story.suite().as(APP, MonitoringServiceGrpc::newBlockingStub));
    this.releases = story.suite().as(OPERATOR, ReleaseServiceGrpc::newBlockingStub);
    this.revision = canary.release().getRevision();
  }

  /// @param flights about how many
  public Replayed play(int flights) {
    List<Flight> live = registered.study().flights().between(Study.LIVE_FROM, Study.LIVE_END);
    Timetable timetable = Timetable.of(live, flights);
    feed.publish(Study.LIVE_FROM.minusDays(1));
    TracedPrediction traced = byRest(live);
    Instant start = story.clock().instant();
    replay(timetable, start);
    Duration taken = Duration.between(start, story.clock().instant());
    check();
    terminal.passed(
        "%s flights in %s requests by 8 callers in %s: %s requests a second"
            .formatted(
                Figures.count(ledger.flights()),
                Figures.count(ledger.answered()),
                Figures.seconds(taken),
                Figures.count(perSecond(taken))));
    return new Replayed(ledger, traced);
  }

  /// One prediction as curl would ask for it, of the canary, so that it needs features.
  private TracedPrediction byRest(List<Flight> live) {
    Flight flight =
        live.stream().filter(f -> f.departure().getHour() == 18).findFirst().orElseThrow();
    TracedPrediction traced = TracedPrediction.ask(story, canary.version(), flight);
    terminal.fact(
        "by REST",
        "%s on %s at %s: %s likely to be late"
            .formatted(
                flight.route(),
                DAY.format(flight.day()),
                flight.departure().toLocalTime(),
                Figures.share(traced.probability())));
    return traced;
  }

  private void replay(Timetable timetable, Instant start) {
    Progress progress = terminal.progress(timetable.flights());
    try (Callers callers =
        new Callers(
            FlightDelay.ID,
            story.suite().as(APP, GRPCInferenceServiceGrpc::newBlockingStub),
            story.clock())) {
      timetable
          .days()
          .forEach(
              (day, asks) -> {
                replay(day, asks, callers);
                progress.at(ledger.flights(), detail(day, start));
              });
    }
    labels.record(yesterday);
  }

  private void replay(LocalDate day, List<Ask> asks, Callers callers) {
    if (day.isAfter(Study.LIVE_FROM)) {
      feed.publish(day.minusDays(1));
    }
    List<Outcome> outcomes = callers.ask(asks);
    outcomes.forEach(ledger::add);
    labels.record(yesterday);
    yesterday = outcomes;
    watchRelease(day);
  }

  /// Says so when the release changed in the middle of the traffic.
  private void watchRelease(LocalDate day) {
    Release release =
        releases.getRelease(GetReleaseRequest.newBuilder().setName(FlightDelay.RELEASE).build());
    if (release.getRevision() != revision) {
      revision = release.getRevision();
      terminal.passed(
          "%s, under traffic: %s (by %s)"
              .formatted(
                  DAY.format(day), release.getReason().split(":", 2)[0], release.getUpdatedBy()));
    }
  }

  private String detail(LocalDate day, Instant start) {
    Duration taken = Duration.between(start, story.clock().instant());
    return "%-6s  %s flights, %s requests/s"
        .formatted(
            DAY.format(day), Figures.count(ledger.flights()), Figures.count(perSecond(taken)));
  }

  private long perSecond(Duration taken) {
    return 1000L * ledger.answered() / Math.max(1, taken.toMillis());
  }

  private void check() {
    if (ledger.refused() > TOLERATED_REFUSALS * ledger.answered()) {
      throw new StepFailed(
          "%d requests were not answered; the first: %s"
              .formatted(ledger.refused(), ledger.firstRefused().orElseThrow().refusal()));
    }
    double difference = ledger.largestDifference();
    if (difference > TOLERATED_DIFFERENCE) {
      throw new StepFailed(
          "a prediction differs by %s from the trainer's own (expected: at most %s)"
              .formatted(difference, TOLERATED_DIFFERENCE));
    }
    terminal.passed(
        "every prediction equals the trainer's own, features included (largest difference %.1e)"
            .formatted(difference));
  }
}
