package io.penstock.mlflow.fuzz;

import com.google.api.FieldBehavior;
import com.google.api.FieldBehaviorProto;
import com.google.protobuf.Descriptors.FieldDescriptor;

/// Texts for fields: mostly what the server knows under their names, sometimes odd.
final class Values {

  private final Known known;

  Values(Known known) {
    this.known = known;
  }

  boolean isRequired(FieldDescriptor field) {
    return field
        .getOptions()
        .getExtension(FieldBehaviorProto.fieldBehavior)
        .contains(FieldBehavior.REQUIRED);
  }

  String text(FieldDescriptor field, Chance chance) {
    if (chance.oneIn(12)) {
      return OddValues.text(chance);
    }
    return switch (field.getName()) {
      case "filter" -> Filters.filter(chance);
      case "order_by", "field_name" -> Filters.order(chance);
      case "page_token" -> altered(known.valueOf("page_token", chance), chance);
      case "source", "artifact_location", "url", "base_url" ->
          chance.oneIn(4) ? OddValues.path(chance) : known.valueOf(field.getName(), chance);
      case "path", "artifact_path", "artifact_directory_path" ->
          chance.oneIn(3) ? OddValues.path(chance) : known.valueOf(field.getName(), chance);
      default -> known.valueOf(field.getName(), chance);
    };
  }

  /// A token with another character somewhere, more often than not.
  private static String altered(String token, Chance chance) {
    if (token.isEmpty() || chance.oneIn(3)) {
      return token;
    }
    int at = chance.below(token.length());
    var other = new StringBuilder(token);
    switch (chance.below(3)) {
      case 0 -> other.setCharAt(at, "AzZ09-_=+/".charAt(chance.below(10)));
      case 1 -> other.deleteCharAt(at);
      default -> other.insert(at, (char) ('a' + chance.below(26)));
    }
    return other.toString();
  }
}
