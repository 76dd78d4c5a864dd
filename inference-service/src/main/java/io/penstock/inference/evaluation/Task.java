package io.penstock.inference.evaluation;

import java.util.List;

/// A run of a benchmark suite that this server has to itself.
///
/// @param run `models/{model}/benchmarks/{suite}/runs/{number}`
/// @param token of the claim on it
/// @param version that is measured
/// @param data the CSV file: `artifacts/{sha256}`
/// @param rows of the file
/// @param output that is judged
/// @param classes whether its numbers are to be probabilities of class 1
record Task(
    String run,
    long token,
    String version,
    String data,
    int rows,
    List<InputColumns> inputs,
    String output,
    boolean classes) {

  /// An input of the model, and the columns of the file that fill it.
  record InputColumns(String input, List<String> columns) {
    InputColumns {
      columns = List.copyOf(columns);
    }
  }

  Task {
    inputs = List.copyOf(inputs);
  }
}
