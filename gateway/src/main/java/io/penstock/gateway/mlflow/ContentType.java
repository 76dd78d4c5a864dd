package io.penstock.gateway.mlflow;

import io.penstock.gateway.GatewayFailure.InvalidParameter;
import io.penstock.gateway.rest.RestRequest;
import io.penstock.kit.failure.FailureException;
import java.util.regex.Pattern;

/// The one media type of requests. MLflow asks for it where browsers send others across origins
/// without asking first: in POST.
final class ContentType {

  private static final String JSON = "application/json";
  private static final Pattern HARMLESS = Pattern.compile("[a-zA-Z0-9\\-/;,+_ ]*+");

  private ContentType() {}

  static void check(RestRequest request) {
    String header = request.headers().get("Content-Type");
    String given = header == null ? "" : header.split(";", 2)[0].strip();
    if (request.verb().equals("POST") && !given.equalsIgnoreCase(JSON)) {
      throw new FailureException(
          new InvalidParameter(
              header == null
                  ? "Bad Request. Content-Type header is missing."
                  : "Bad Request. Content-Type must be one of ['%s'].%s"
                      .formatted(JSON, echo(given))));
    }
  }

  private static String echo(String given) {
    return !given.isEmpty() && HARMLESS.matcher(given).matches() ? " Got '" + given + "'." : "";
  }
}
