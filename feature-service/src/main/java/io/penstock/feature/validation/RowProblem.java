package io.penstock.feature.validation;

import java.util.List;
import java.util.stream.Collectors;

/// What is wrong with a row: a reason for programs, and the field with words for people.
public record RowProblem(RowReason reason, String detail) {

  private static final int LONGEST_DETAIL = 1000;

  // The detail quotes what the sender wrote, which may hold anything.
  public RowProblem {
    detail = detail.replaceAll("\\p{Cntrl}", "?");
    if (detail.length() > LONGEST_DETAIL) {
      detail = detail.substring(0, LONGEST_DETAIL - 1).stripTrailing() + "…";
    }
  }

  static RowProblem of(RowReason reason, String field, String given, String expected) {
    return new RowProblem(reason, "%s: %s (expected: %s)".formatted(field, given, expected));
  }

  /// All problems of a row in one: the first gives the reason, each its words.
  static RowProblem together(List<RowProblem> problems) {
    return new RowProblem(
        problems.getFirst().reason(),
        problems.stream().map(RowProblem::detail).collect(Collectors.joining("; ")));
  }
}
