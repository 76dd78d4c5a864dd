package io.penstock.e2e.suite;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;

/// What the gateway answered over REST.
public record RestAnswer(int status, HttpHeaders headers, String body) {

  static RestAnswer of(HttpResponse<String> response) {
    return new RestAnswer(response.statusCode(), response.headers(), response.body());
  }

  public JsonObject json() {
    return JsonParser.parseString(body).getAsJsonObject();
  }

  /// The stable reason of a refusal, in Penstock's problems and the inference protocol's errors
  /// alike.
  public String reason() {
    return json().get("reason").getAsString();
  }

  public String header(String name) {
    return headers.firstValue(name).orElse("");
  }
}
