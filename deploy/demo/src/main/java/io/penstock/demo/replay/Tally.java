package io.penstock.demo.replay;

import io.penstock.demo.flights.Flight;
import io.penstock.demo.replay.Outcome.Answer;
import io.penstock.demo.training.Auc;
import java.util.ArrayList;
import java.util.List;

/// What the callers saw of one version.
public final class Tally {

  private final List<Answer> answers = new ArrayList<>();
  private int flights;
  private double largestDifference;

  void add(Answer answer, double difference) {
    answers.add(answer);
    flights += answer.ask().flights().size();
    largestDifference = Math.max(largestDifference, difference);
  }

  public int requests() {
    return answers.size();
  }

  public int flights() {
    return flights;
  }

  /// From the trainer's own predictions.
  public double largestDifference() {
    return largestDifference;
  }

  /// Of the predictions that were really given, against what really happened.
  public double auc() {
    double[] predictions = new double[flights];
    float[] labels = new float[flights];
    int next = 0;
    for (Answer answer : answers) {
      for (int row = 0; row < answer.probabilities().length; row++) {
        Flight flight = answer.ask().flights().get(row);
        predictions[next] = answer.probabilities()[row];
        labels[next++] = flight.late() ? 1 : 0;
      }
    }
    return Auc.of(predictions, labels);
  }

  /// Latency in microseconds, as the callers saw it.
  ///
  /// @param share .5 for the median
  public long latency(double share) {
    long[] micros = answers.stream().mapToLong(Answer::micros).sorted().toArray();
    return micros.length == 0
        ? 0
        : micros[(int) Math.min(micros.length - 1, share * micros.length)];
  }
}
