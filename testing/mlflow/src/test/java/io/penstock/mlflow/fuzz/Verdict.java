package io.penstock.mlflow.fuzz;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// What must be true of every answer, whatever was asked.
final class Verdict {

  /// No route takes longer but uploads, which are small here.
  private static final Duration LONGEST = Duration.ofSeconds(16);

  private static final Pattern LEAK =
      Pattern.compile(
          "\\.java:\\d|\\b(?:io\\.penstock|java|javax|org\\.postgresql|org\\.jdbi|com\\.google|io\\.grpc|io\\.netty|io\\.micronaut)\\.\\w|Exception\\b|SQLSTATE|\\bpg_|duplicate key value");

  private static final Set<String> CODES =
      Set.of(
          "BAD_REQUEST",
          "INVALID_PARAMETER_VALUE",
          "INVALID_STATE",
          "RESOURCE_ALREADY_EXISTS",
          "UNAUTHENTICATED",
          "PERMISSION_DENIED",
          "ENDPOINT_NOT_FOUND",
          "RESOURCE_DOES_NOT_EXIST",
          "RESOURCE_CONFLICT",
          "REQUEST_LIMIT_EXCEEDED");

  private Verdict() {}

  /// What is wrong; empty where nothing is.
  static Optional<String> of(FuzzRequest request, FuzzAnswer answer) {
    if (answer.after().compareTo(LONGEST) > 0) {
      return Optional.of("answered after " + answer.after());
    }
    if (answer.status() == 200) {
      return ofSuccess(answer);
    }
    if (isOthers(request, answer)) {
      return Optional.empty();
    }
    // A deadline of the caller's own choice, in the one header that has one.
    if (answer.status() == 504 && request.headers().containsKey("X-Request-Timeout")) {
      return Optional.empty();
    }
    return answer.status() < 400 || answer.status() >= 500
        ? Optional.of("status " + answer.status())
        : request.verb().equals("HEAD") ? Optional.empty() : ofRefusal(answer);
  }

  /// What is refused before anybody knows whose it is: a target too long, a path of nobody, and
  /// browsers' requests across origins.
  private static boolean isOthers(FuzzRequest request, FuzzAnswer answer) {
    if (request.target().startsWith("//") || request.target().matches(".*/get-artifact[/;].*")) {
      return answer.status() < 500;
    }
    return switch (answer.status()) {
      case 413, 414 -> request.target().length() > 30_000;
      case 403 -> request.headers().containsKey("Origin");
      default -> false;
    };
  }

  private static Optional<String> ofSuccess(FuzzAnswer answer) {
    return answer.isJson() && answer.body().length > 0 && object(answer).isEmpty()
        ? Optional.of("no JSON object")
        : Optional.empty();
  }

  private static Optional<String> ofRefusal(FuzzAnswer answer) {
    var error = object(answer);
    if (error.isEmpty() || !answer.isJson()) {
      return Optional.of("no JSON of MLflow's");
    }
    var code = error.get().get("error_code");
    var message = error.get().get("message");
    if (code == null || message == null || !CODES.contains(code.getAsString())) {
      return Optional.of("no error of MLflow's");
    }
    return LEAK.matcher(message.getAsString()).find()
        ? Optional.of("tells of our insides")
        : Optional.empty();
  }

  static Optional<JsonObject> object(FuzzAnswer answer) {
    try {
      var json = JsonParser.parseString(answer.text());
      return json.isJsonObject() ? Optional.of(json.getAsJsonObject()) : Optional.empty();
    } catch (JsonParseException e) {
      return Optional.empty();
    }
  }
}
