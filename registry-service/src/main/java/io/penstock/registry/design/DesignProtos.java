package io.penstock.registry.design;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.registry.v1.IntervalMethod;
import io.penstock.proto.registry.v1.SetExperimentDesignRequest;
import io.penstock.registry.Limits;
import io.penstock.registry.NamePattern;
import io.penstock.registry.StoredProtos;
import io.penstock.registry.Times;
import io.penstock.registry.design.DesignMetric.Goal;
import io.penstock.registry.design.DesignMetric.Method;
import io.penstock.registry.split.SplitName;
import java.time.Instant;
import java.util.HashSet;

/// Designs on the wire; whatever comes from there is checked here.
final class DesignProtos {

  private static final NamePattern EXPERIMENTS = NamePattern.of("experiments/{experiment}");
  private static final double USUAL_CONFIDENCE = 0.95;
  private static final int MOST_VARIANTS = 50;
  private static final int MOST_METRICS = 50;

  private DesignProtos() {}

  static String experiment(String parent) {
    return EXPERIMENTS.parse("parent", parent).getFirst();
  }

  static ExperimentDesign fromProto(
      SetExperimentDesignRequest request, Instant now, String caller) {
    var experiment = experiment(request.getParent());
    var given = request.getDesign();
    var problems = new InvalidArguments();
    Limits.text(problems, "design.hypothesis", given.getHypothesis(), Limits.DESCRIPTION);
    checkVariants(problems, given);
    checkMetrics(problems, given);
    checkConfidence(problems, given.getConfidence());
    problems.throwIfAny();
    if (!given.getSplit().isEmpty()) {
      var _ = SplitName.parse("design.split", given.getSplit());
    }
    return design(experiment, 0, given, now, caller, 0);
  }

  private static void checkVariants(
      InvalidArguments problems, io.penstock.proto.registry.v1.ExperimentDesign design) {
    int count = design.getVariantsCount();
    problems.addIf(
        count < 1 || count > MOST_VARIANTS,
        "design.variants",
        "has %d variants, expected 1 to %d".formatted(count, MOST_VARIANTS));
    var names = new HashSet<String>();
    for (int i = 0; i < Math.min(count, MOST_VARIANTS); i++) {
      var field = "design.variants[%d]".formatted(i);
      var variant = design.getVariants(i);
      Limits.key(problems, field + ".name", variant.getName());
      Limits.text(problems, field + ".description", variant.getDescription(), Limits.DESCRIPTION);
      problems.addIf(!names.add(variant.getName()), field + ".name", "comes twice");
    }
    problems.addIf(
        !design.getBaseline().isEmpty() && !names.contains(design.getBaseline()),
        "design.baseline",
        "was '%s', expected one of the variants".formatted(design.getBaseline()));
  }

  private static void checkMetrics(
      InvalidArguments problems, io.penstock.proto.registry.v1.ExperimentDesign design) {
    int count = design.getMetricsCount();
    problems.addIf(
        count < 1 || count > MOST_METRICS,
        "design.metrics",
        "has %d metrics, expected 1 to %d".formatted(count, MOST_METRICS));
    var keys = new HashSet<String>();
    for (int i = 0; i < Math.min(count, MOST_METRICS); i++) {
      var field = "design.metrics[%d]".formatted(i);
      checkMetric(problems, field, design.getMetrics(i));
      problems.addIf(!keys.add(design.getMetrics(i).getKey()), field + ".key", "comes twice");
    }
  }

  private static void checkMetric(
      InvalidArguments problems, String field, io.penstock.proto.registry.v1.DesignMetric metric) {
    Limits.key(problems, field + ".key", metric.getKey());
    Limits.text(problems, field + ".trials_key", metric.getTrialsKey(), Limits.KEY);
    switch (metric.getGoal()) {
      case GOAL_MAXIMIZE, GOAL_MINIMIZE -> {}
      case GOAL_UNSPECIFIED, UNRECOGNIZED ->
          problems.add(field + ".goal", "expected GOAL_MAXIMIZE or GOAL_MINIMIZE");
    }
    boolean wilson = metric.getInterval() == IntervalMethod.INTERVAL_METHOD_WILSON;
    problems.addIf(
        metric.getInterval() == IntervalMethod.UNRECOGNIZED, field + ".interval", "is unknown");
    problems.addIf(
        wilson == metric.getTrialsKey().isEmpty(),
        field + ".trials_key",
        "belongs to INTERVAL_METHOD_WILSON, and that needs it");
  }

  private static void checkConfidence(InvalidArguments problems, double confidence) {
    problems.addIf(
        confidence != 0 && !(confidence >= 0.5 && confidence <= 0.9999),
        "design.confidence",
        "was %s, expected 0.5 to 0.9999".formatted(confidence));
  }

  private static ExperimentDesign design(
      String experiment,
      int revision,
      io.penstock.proto.registry.v1.ExperimentDesign design,
      Instant time,
      String createdBy,
      int runsBefore) {
    return new ExperimentDesign(
        experiment,
        revision,
        design.getHypothesis(),
        design.getVariantsList().stream()
            .map(variant -> new DesignVariant(variant.getName(), variant.getDescription()))
            .toList(),
        design.getBaseline().isEmpty() ? design.getVariants(0).getName() : design.getBaseline(),
        design.getMetricsList().stream().map(DesignProtos::fromProto).toList(),
        design.getConfidence() == 0 ? USUAL_CONFIDENCE : design.getConfidence(),
        design.getSplit(),
        time,
        createdBy,
        runsBefore);
  }

  private static DesignMetric fromProto(io.penstock.proto.registry.v1.DesignMetric metric) {
    return new DesignMetric(
        metric.getKey(),
        metric.getGoal() == io.penstock.proto.registry.v1.Goal.GOAL_MINIMIZE
            ? Goal.MINIMIZE
            : Goal.MAXIMIZE,
        switch (metric.getInterval()) {
          case INTERVAL_METHOD_BOOTSTRAP -> Method.BOOTSTRAP;
          case INTERVAL_METHOD_WILSON -> Method.WILSON;
          case INTERVAL_METHOD_UNSPECIFIED, INTERVAL_METHOD_STUDENT, UNRECOGNIZED -> Method.STUDENT;
        },
        metric.getTrialsKey());
  }

  /// As it is stored.
  static byte[] encode(ExperimentDesign design) {
    return toProto(design).toByteArray();
  }

  static ExperimentDesign decode(String experiment, int revision, byte[] stored) {
    var design =
        StoredProtos.parse(io.penstock.proto.registry.v1.ExperimentDesign.parser(), stored);
    return design(
        experiment,
        revision,
        design,
        Times.fromProto(design.getCreateTime()),
        design.getCreatedBy(),
        design.getRunsBefore());
  }

  static io.penstock.proto.registry.v1.ExperimentDesign toProto(ExperimentDesign design) {
    return io.penstock.proto.registry.v1.ExperimentDesign.newBuilder()
        .setName(design.name())
        .setHypothesis(design.hypothesis())
        .addAllVariants(design.variants().stream().map(DesignProtos::toProto).toList())
        .setBaseline(design.baseline())
        .addAllMetrics(design.metrics().stream().map(DesignProtos::toProto).toList())
        .setConfidence(design.confidence())
        .setSplit(design.split())
        .setCreateTime(Times.toProto(design.createTime()))
        .setCreatedBy(design.createdBy())
        .setRunsBefore(design.runsBefore())
        .build();
  }

  private static io.penstock.proto.registry.v1.DesignVariant toProto(DesignVariant variant) {
    return io.penstock.proto.registry.v1.DesignVariant.newBuilder()
        .setName(variant.name())
        .setDescription(variant.description())
        .build();
  }

  private static io.penstock.proto.registry.v1.DesignMetric toProto(DesignMetric metric) {
    return io.penstock.proto.registry.v1.DesignMetric.newBuilder()
        .setKey(metric.key())
        .setGoal(
            switch (metric.goal()) {
              case MAXIMIZE -> io.penstock.proto.registry.v1.Goal.GOAL_MAXIMIZE;
              case MINIMIZE -> io.penstock.proto.registry.v1.Goal.GOAL_MINIMIZE;
            })
        .setInterval(
            switch (metric.method()) {
              case STUDENT -> IntervalMethod.INTERVAL_METHOD_STUDENT;
              case BOOTSTRAP -> IntervalMethod.INTERVAL_METHOD_BOOTSTRAP;
              case WILSON -> IntervalMethod.INTERVAL_METHOD_WILSON;
            })
        .setTrialsKey(metric.trialsKey())
        .build();
  }
}
