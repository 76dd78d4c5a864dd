package io.penstock.registry.registered;

import io.penstock.kit.failure.FailureException;
import io.penstock.registry.MlflowFailure;
import io.penstock.registry.MlflowFailure.DoesNotExist;
import java.util.Optional;
import java.util.regex.Pattern;

/// How clients name versions, and what they are told where there is none of that name.
final class ModelTexts {

  private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+");

  private ModelTexts() {}

  /// Whether an alias stands for whatever version is the newest.
  static boolean isLatest(String alias) {
    return alias.equalsIgnoreCase("latest");
  }

  /// The number of a version; empty where there cannot be a version of that number.
  static Optional<Long> number(String version) {
    var digits = version.strip();
    if (!NUMBER.matcher(digits).matches()) {
      throw MlflowFailure.invalid(
          "Parameter 'version' must be an integer, got '%s'.".formatted(version));
    }
    try {
      return Optional.of(Long.parseLong(digits));
    } catch (NumberFormatException tooLong) {
      return Optional.empty();
    }
  }

  static FailureException noModel(String name) {
    return new DoesNotExist("Registered Model with name=%s not found".formatted(name)).exception();
  }

  static FailureException noVersion(String name, String version) {
    return new DoesNotExist(
            "Model Version (name=%s, version=%s) not found".formatted(name, version))
        .exception();
  }
}
