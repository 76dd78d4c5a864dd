package io.penstock.kit.failure;

import io.penstock.kit.failure.KitFailure.InvalidFields;
import java.util.ArrayList;
import java.util.List;

/// Collects what is wrong with the fields of a request, so that a caller learns all of it at once.
public final class InvalidArguments {

  private final List<FieldViolation> violations = new ArrayList<>();

  public static FailureException of(String field, String description) {
    return new FailureException(new InvalidFields(List.of(new FieldViolation(field, description))));
  }

  public InvalidArguments add(String field, String description) {
    violations.add(new FieldViolation(field, description));
    return this;
  }

  public InvalidArguments addIf(boolean wrong, String field, String description) {
    return wrong ? add(field, description) : this;
  }

  public void throwIfAny() {
    if (!violations.isEmpty()) {
      throw new FailureException(new InvalidFields(violations));
    }
  }
}
