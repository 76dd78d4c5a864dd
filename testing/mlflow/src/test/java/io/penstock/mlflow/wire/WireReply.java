package io.penstock.mlflow.wire;

import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;

/// What a server answered.
record WireReply(int status, HttpHeaders headers, String body) {

  static WireReply of(HttpResponse<String> response) {
    return new WireReply(response.statusCode(), response.headers(), response.body());
  }

  String header(String name) {
    return headers.firstValue(name).orElse("");
  }

  boolean isJson() {
    return header("Content-Type").startsWith("application/json");
  }
}
