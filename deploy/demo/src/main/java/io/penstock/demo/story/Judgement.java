package io.penstock.demo.story;

import static io.penstock.demo.suite.Person.OPERATOR;

import io.penstock.demo.replay.Tally;
import io.penstock.demo.suite.StepFailed;
import io.penstock.demo.terminal.Figures;
import io.penstock.demo.terminal.Terminal;
import io.penstock.demo.training.Study;
import io.penstock.proto.event.v1.CanaryVerdict;
import io.penstock.proto.event.v1.CriterionResult;
import io.penstock.proto.event.v1.Variant;
import io.penstock.proto.event.v1.VerdictOutcome;
import io.penstock.proto.monitoring.v1.ColumnDrift;
import io.penstock.proto.monitoring.v1.DriftReport;
import io.penstock.proto.monitoring.v1.GetDriftReportRequest;
import io.penstock.proto.monitoring.v1.ListCanaryVerdictsRequest;
import io.penstock.proto.monitoring.v1.ListPerformanceWindowsRequest;
import io.penstock.proto.monitoring.v1.MonitoringServiceGrpc;
import io.penstock.proto.monitoring.v1.MonitoringServiceGrpc.MonitoringServiceBlockingStub;
import io.penstock.proto.monitoring.v1.PerformanceWindow;
import io.penstock.proto.registry.v1.GetReleaseRequest;
import io.penstock.proto.registry.v1.Release;
import io.penstock.proto.registry.v1.ReleaseServiceGrpc;
import io.penstock.proto.registry.v1.ReleaseServiceGrpc.ReleaseServiceBlockingStub;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Step 4, second half: what monitoring makes of the traffic, and what becomes of the canary.
public final class Judgement {

  private static final Duration TO_CATCH_UP = Duration.ofSeconds(60);
  private static final Duration TO_ACT = Duration.ofSeconds(30);
  private static final int COLUMNS_SHOWN = 5;
  private static final double TOLERATED_AUC_DIFFERENCE = 0.01;

  /// Windows of a week begin on Thursdays, as 1970 did. April begins and June ends within one:
  /// those two would show that days of the week are missing, and nothing else.
  private static final LocalDate FIRST_FULL_WEEK = LocalDate.of(2001, 4, 5);

  private static final LocalDate LAST_FULL_WEEK_END = LocalDate.of(2001, 6, 28);

  private final Story story;
  private final Terminal terminal;
  private final MonitoringServiceBlockingStub monitoring;
  private final ReleaseServiceBlockingStub releases;

  public Judgement(Story story) {
    this.story = story;
    this.terminal = story.terminal();
    this.monitoring = story.suite().as(OPERATOR, MonitoringServiceGrpc::newBlockingStub);
    this.releases = story.suite().as(OPERATOR, ReleaseServiceGrpc::newBlockingStub);
  }

  public void judge(Canary canary, Replayed replayed) {
    performance(canary, replayed);
    drift(canary);
    verdict(canary);
  }

  private void performance(Canary canary, Replayed replayed) {
    Tally ofCanary = replayed.ledger().of(Versions.number(canary.version()));
    Tally ofBaseline = replayed.ledger().of(Versions.number(canary.baseline()));
    terminal.status("waiting for monitoring to join labels with predictions");
    PerformanceWindow total =
        story
            .patience()
            .await(
                "monitoring to join %d labels of %s"
                    .formatted(ofCanary.flights(), canary.version()),
                TO_CATCH_UP,
                () ->
                    Optional.of(total(canary.version()))
                        .filter(window -> window.getLabels() >= ofCanary.flights()));
    terminal.line(
        "   %-11s %9s %9s %8s %8s %8s  %s"
            .formatted("", "requests", "flights", "p50", "p95", "p99", "AUC, realised"));
    row("baseline", total(canary.baseline()), ofBaseline);
    row("candidate", total, ofCanary);
    if (Math.abs(total.getAuc() - ofCanary.auc()) > TOLERATED_AUC_DIFFERENCE) {
      throw new StepFailed(
          "monitoring says AUC %s, the callers' own books say %s"
              .formatted(Figures.share(total.getAuc()), Figures.share(ofCanary.auc())));
    }
  }

  /// Latency as the server measured it; the AUC by monitoring, and by the callers' own books.
  private void row(String name, PerformanceWindow window, Tally tally) {
    terminal.line(
        "   %-11s %9s %9s %8s %8s %8s  %s ± %s (own books: %s)"
            .formatted(
                name,
                Figures.count(window.getRequests()),
                Figures.count(window.getRows()),
                Figures.latency(window.getLatencyUs().getP50()),
                Figures.latency(window.getLatencyUs().getP95()),
                Figures.latency(window.getLatencyUs().getP99()),
                Figures.share(window.getAuc()),
                Figures.share(window.getAucStandardError()),
                Figures.share(tally.auc())));
  }

  private void drift(Canary canary) {
    DriftReport report =
        monitoring.getDriftReport(
            GetDriftReportRequest.newBuilder()
                .setVersion(canary.version())
                .setStartTime(FeatureRows.midnight(FIRST_FULL_WEEK))
                .setEndTime(FeatureRows.midnight(LAST_FULL_WEEK_END))
                .build());
    terminal.fact("drift", headline(report));
    largest(report)
        .forEach(
            column ->
                terminal.more(
                    "%-16s mean %8s → %8s, distance %s"
                        .formatted(
                            column.getColumn(),
                            Figures.number(column.getReferenceMean()),
                            Figures.number(column.getWindowMean()),
                            Figures.share(column.getJsDistance()))));
  }

  /// The summary without the columns, which follow.
  private static String headline(DriftReport report) {
    return "%s (false discoveries held to %s)"
        .formatted(
            report.getSummary().split(";", 2)[0], Figures.share(report.getFalseDiscoveryRate()));
  }

  /// The columns that drifted, each in its worst window.
  private static List<ColumnDrift> largest(DriftReport report) {
    return report.getWindowsList().stream()
        .flatMap(window -> window.getColumnsList().stream())
        .filter(ColumnDrift::getDrifted)
        .collect(
            Collectors.toMap(
                ColumnDrift::getColumn,
                column -> column,
                (a, b) -> a.getJsDistance() >= b.getJsDistance() ? a : b))
        .values()
        .stream()
        .sorted(Comparator.comparingDouble(ColumnDrift::getJsDistance).reversed())
        .limit(COLUMNS_SHOWN)
        .toList();
  }

  private void verdict(Canary canary) {
    terminal.status("waiting for the verdict on the canary");
    CanaryVerdict verdict =
        story.patience().await("a verdict on " + canary.version(), TO_ACT, () -> verdictOn(canary));
    verdict.getCriteriaList().forEach(this::explain);
    Release release =
        story
            .patience()
            .await("the registry to act on the verdict", TO_ACT, () -> changedSince(canary));
    terminal.passed(
        "verdict %s; %s now serves %s"
            .formatted(
                verdict.getOutcome() == VerdictOutcome.VERDICT_OUTCOME_PROMOTE
                    ? "PROMOTE"
                    : "ROLL BACK",
                release.getName(),
                Traffic.serves(release, Variant.VARIANT_PRIMARY).orElse("nothing")));
  }

  private void explain(CriterionResult criterion) {
    terminal.more(
        "%s %-12s %s"
            .formatted(
                criterion.getMet() ? "✓" : "✗", criterion.getCriterion(), criterion.getDetail()));
  }

  private Optional<CanaryVerdict> verdictOn(Canary canary) {
    return monitoring
        .listCanaryVerdicts(ListCanaryVerdictsRequest.newBuilder().setModel(FlightDelay.ID).build())
        .getVerdictsList()
        .stream()
        .filter(verdict -> verdict.getReleaseRevision() == canary.release().getRevision())
        .filter(verdict -> verdict.getOutcome() != VerdictOutcome.VERDICT_OUTCOME_UNSPECIFIED)
        .findFirst();
  }

  private Optional<Release> changedSince(Canary canary) {
    Release release =
        releases.getRelease(GetReleaseRequest.newBuilder().setName(FlightDelay.RELEASE).build());
    return Optional.of(release).filter(now -> now.getRevision() > canary.release().getRevision());
  }

  private PerformanceWindow total(String version) {
    return monitoring
        .listPerformanceWindows(
            ListPerformanceWindowsRequest.newBuilder()
                .setVersion(version)
                .setStartTime(FeatureRows.midnight(Study.LIVE_FROM))
                .setEndTime(FeatureRows.midnight(Study.LIVE_END))
                .build())
        .getTotal();
  }
}
