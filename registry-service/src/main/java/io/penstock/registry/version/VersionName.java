package io.penstock.registry.version;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.registry.NamePattern;
import java.util.Optional;

/// Name of a model version: `models/{model}/versions/{number}`.
public record VersionName(String model, long number) {

  private static final NamePattern NAMES = NamePattern.of("models/{model}/versions/{number}");

  public static VersionName parse(String field, String name) {
    var ids = NAMES.parse(field, name);
    return number(ids.getLast())
        .map(number -> new VersionName(ids.getFirst(), number))
        .orElseThrow(
            () ->
                InvalidArguments.of(
                    field, "was '%s', expected a number from 1 at the end".formatted(name)));
  }

  private static Optional<Long> number(String text) {
    try {
      return Optional.of(Long.parseLong(text)).filter(number -> number > 0);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /// Whether the text names this version, in full or by its number alone.
  public boolean isNamedBy(String text) {
    return text.equals(toString()) || text.equals(String.valueOf(number));
  }

  @Override
  public String toString() {
    return NAMES.format(model, number);
  }
}
