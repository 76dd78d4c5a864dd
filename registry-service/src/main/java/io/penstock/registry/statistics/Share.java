package io.penstock.registry.statistics;

/// How many of independent trials were successes.
public record Share(double successes, double trials) {

  public double value() {
    return successes / trials;
  }

  public Share plus(Share other) {
    return new Share(successes + other.successes, trials + other.trials);
  }
}
