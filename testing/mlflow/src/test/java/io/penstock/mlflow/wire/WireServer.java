package io.penstock.mlflow.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A server that is asked, with the headers that every request to it carries.
///
/// @param isMlflow whether it is a real MLflow server rather than Penstock
/// @param major the major version of MLflow that it is or claims to be
record WireServer(URI base, Map<String, String> usual, boolean isMlflow, int major) {

  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  boolean offers(WireCase one) {
    return major >= one.since();
  }

  /// What differs from what was expected.
  List<String> differences(WireCase one, Variables variables) {
    var expected = isMlflow ? one.fromMlflow() : one.expected();
    return Expectation.differences(expected, ask(one.request(), variables), variables);
  }

  WireReply ask(WireRequest request, Variables variables) {
    var uri = URI.create(base + variables.expand(request.path()));
    var builder = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30));
    var body = request.body();
    builder.method(
        request.verb(),
        body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(variables.expand(body)));
    headers(request).forEach((name, value) -> set(builder, name, variables.expand(value)));
    try {
      return WireReply.of(CLIENT.send(builder.build(), BodyHandlers.ofString()));
    } catch (IOException e) {
      throw new UncheckedIOException(request.verb() + " " + uri, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Map<String, String> headers(WireRequest request) {
    var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    if (request.body() != null) {
      headers.put("Content-Type", "application/json");
    }
    headers.putAll(usual);
    headers.putAll(request.headers());
    return headers;
  }

  private static void set(HttpRequest.Builder builder, String name, String value) {
    if (!value.equals("none")) {
      builder.header(name, value);
    }
  }
}
