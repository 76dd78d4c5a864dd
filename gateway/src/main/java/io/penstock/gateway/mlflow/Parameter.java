package io.penstock.gateway.mlflow;

import io.penstock.gateway.GatewayFailure.InvalidParameter;
import io.penstock.kit.failure.FailureException;
import org.jspecify.annotations.Nullable;

/// Where a value stands in a request, so that a refusal can name it: `metrics[3].value`.
///
/// @param index of the element of a list; negative for the whole
record Parameter(@Nullable Parameter owner, String name, int index) {

  private static final int MOST_ECHOED = 500;

  static Parameter of(@Nullable Parameter owner, String name) {
    return new Parameter(owner, name, -1);
  }

  Parameter element(int index) {
    return new Parameter(owner, name, index);
  }

  /// The refusal of a value, in MLflow's words.
  ///
  /// @param value as JSON
  /// @param type what Python calls its type
  FailureException invalid(String value, String type) {
    return new FailureException(
        new InvalidParameter(
            "Invalid value %s for parameter '%s' supplied:  Hint: Value was of type '%s'. See the API docs for more information about request parameters."
                .formatted(cut(value), this, type)));
  }

  private static String cut(String value) {
    return value.length() <= MOST_ECHOED ? value : value.substring(0, MOST_ECHOED) + "…";
  }

  @Override
  public String toString() {
    var text = (owner == null ? "" : owner + ".") + name;
    return index < 0 ? text : text + "[" + index + "]";
  }
}
