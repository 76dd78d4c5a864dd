package io.penstock.registry.promotion;

import io.penstock.registry.NamePattern;
import io.penstock.registry.version.Stage;
import io.penstock.registry.version.VersionName;
import java.time.Instant;
import java.util.List;

/// One attempt to promote a version, with the gate's answer.
public record Promotion(
    long id,
    VersionName version,
    Stage from,
    Stage to,
    boolean passed,
    String gateDecision,
    List<UnmetCriterion> unmet,
    String comment,
    String requestedBy,
    Instant time) {

  private static final NamePattern NAMES = NamePattern.of("models/{model}/promotions/{id}");

  /// A criterion that kept the version from passing.
  public record UnmetCriterion(String id, String description, String detail) {}

  public Promotion {
    unmet = List.copyOf(unmet);
  }

  Promotion withId(long given) {
    return new Promotion(
        given, version, from, to, passed, gateDecision, unmet, comment, requestedBy, time);
  }

  public String name() {
    return nameOf(version.model(), id);
  }

  public static String nameOf(String model, long id) {
    return NAMES.format(model, id);
  }
}
