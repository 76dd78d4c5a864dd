package io.penstock.monitoring.canary;

import io.penstock.monitoring.canary.Criterion.Standing;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/// What follows from the evidence on a canary. It is promoted once every criterion is met on enough
/// data, rolled back once one is violated beyond what chance explains or its time is up, and
/// otherwise keeps running.
record CanaryDecision(Outcome outcome, List<Criterion> criteria) {

  enum Outcome {
    WAIT,
    PROMOTE,
    ROLL_BACK
  }

  // The evidence is looked at many times while it grows, so one look must be surer than the usual
  // 95 %.
  private static final double SURE = 2.576;
  private static final double SURELY_NOT_CHANCE = 0.005;
  private static final double TAIL = 0.01;

  /// @param age how long the canary has been running
  static CanaryDecision decide(
      CanaryCriteria criteria, Evidence canary, Evidence primary, Duration age) {
    var requests = minRequests(criteria, canary, primary);
    if (!requests.is(Standing.MET)) {
      return orTimeout(criteria, age, List.of(requests));
    }
    var judged =
        List.of(
            requests,
            errorRate(criteria, canary, primary),
            latency(criteria, canary, primary),
            minLabels(criteria, canary, primary),
            auc(criteria, canary, primary));
    if (judged.stream().anyMatch(criterion -> criterion.is(Standing.VIOLATED))) {
      return new CanaryDecision(Outcome.ROLL_BACK, judged);
    }
    return judged.stream().allMatch(criterion -> criterion.is(Standing.MET))
        ? new CanaryDecision(Outcome.PROMOTE, judged)
        : orTimeout(criteria, age, judged);
  }

  private static CanaryDecision orTimeout(
      CanaryCriteria criteria, Duration age, List<Criterion> judged) {
    if (criteria.timeout().filter(timeout -> age.compareTo(timeout) >= 0).isEmpty()) {
      return new CanaryDecision(Outcome.WAIT, judged);
    }
    var timeout =
        new Criterion(
            "timeout",
            Standing.VIOLATED,
            words("undecided for %s, allowed %s", age, criteria.timeout().orElseThrow()));
    var all = new java.util.ArrayList<>(judged);
    all.add(timeout);
    return new CanaryDecision(Outcome.ROLL_BACK, List.copyOf(all));
  }

  private static Criterion minRequests(CanaryCriteria criteria, Evidence canary, Evidence primary) {
    return least(
        "min_requests",
        canary.traffic().requests(),
        primary.traffic().requests(),
        criteria.minRequests());
  }

  private static Criterion minLabels(CanaryCriteria criteria, Evidence canary, Evidence primary) {
    return least(
        "min_labels", canary.quality().labels(), primary.quality().labels(), criteria.minLabels());
  }

  private static Criterion least(String name, long canary, long primary, long least) {
    return new Criterion(
        name,
        Math.min(canary, primary) >= least ? Standing.MET : Standing.OPEN,
        words("canary %d, primary %d, needed %d", canary, primary, least));
  }

  // Agresti and Caffo (The American Statistician 54, 2000): one success and one failure more on
  // each side make the interval of a
  // difference right also where nothing failed.
  private static Criterion errorRate(CanaryCriteria criteria, Evidence canary, Evidence primary) {
    double ours = canary.traffic().errorRate();
    double theirs = primary.traffic().errorRate();
    double n = canary.traffic().requests() + 2.0;
    double m = primary.traffic().requests() + 2.0;
    double p = (canary.traffic().errors() + 1) / n;
    double q = (primary.traffic().errors() + 1) / m;
    double atLeast = p - q - SURE * Math.sqrt(p * (1 - p) / n + q * (1 - q) / m);
    double allowed = criteria.maxErrorRateIncrease();
    return new Criterion(
        "error_rate",
        standing(ours - theirs <= allowed, atLeast > allowed),
        words("canary %.4f, primary %.4f, allowed increase %.4f", ours, theirs, allowed));
  }

  // How many canary requests may take longer than the allowed p99 if it is kept: one in a hundred,
  // give or take.
  private static Criterion latency(CanaryCriteria criteria, Evidence canary, Evidence primary) {
    double ours = canary.traffic().latency().percentile(0.99);
    double theirs = primary.traffic().latency().percentile(0.99);
    double allowed = criteria.maxLatencyRatio() * theirs;
    long slow = canary.traffic().latency().above(allowed);
    return new Criterion(
        "latency_p99",
        standing(
            ours <= allowed,
            slow > 0 && chanceOf(slow, canary.traffic().requests()) < SURELY_NOT_CHANCE),
        words(
            "canary %.1f ms, primary %.1f ms, allowed %.2f times as much",
            ours / 1e3, theirs / 1e3, criteria.maxLatencyRatio()));
  }

  private static double chanceOf(long slow, long requests) {
    int trials = (int) Math.min(requests, Integer.MAX_VALUE);
    return BinomialDistribution.of(trials, TAIL)
        .survivalProbability((int) Math.min(slow - 1, trials));
  }

  private static Criterion auc(CanaryCriteria criteria, Evidence canary, Evidence primary) {
    var ours = canary.quality().quality().auc();
    var theirs = primary.quality().quality().auc();
    double gain = ours.value() - theirs.value();
    double error = Math.hypot(ours.standardError(), theirs.standardError());
    boolean enough =
        Math.min(canary.quality().labels(), primary.quality().labels()) >= criteria.minLabels()
            && ours.isKnown()
            && theirs.isKnown();
    return new Criterion(
        "auc",
        enough
            ? standing(gain >= criteria.minAucGain(), gain + SURE * error < criteria.minAucGain())
            : Standing.OPEN,
        words(
            "canary %.4f, primary %.4f, gain %.4f ± %.4f, needed %.4f",
            ours.value(), theirs.value(), gain, error, criteria.minAucGain()));
  }

  private static Standing standing(boolean met, boolean violated) {
    if (met) {
      return Standing.MET;
    }
    return violated ? Standing.VIOLATED : Standing.OPEN;
  }

  private static String words(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
