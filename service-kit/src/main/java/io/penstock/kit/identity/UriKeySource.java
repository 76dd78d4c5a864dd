package io.penstock.kit.identity;

import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;

/// A JWK set behind a `file:` or `http(s):` URI.
final class UriKeySource implements KeySource {

  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final int MAX_BYTES = 1 << 20;

  private final URI uri;

  UriKeySource(URI uri) {
    this.uri = uri;
  }

  @Override
  public JWKSet load() throws IOException, InterruptedException {
    try {
      return JWKSet.parse("file".equals(uri.getScheme()) ? readFile() : fetch());
    } catch (ParseException e) {
      throw new IOException(uri + " holds no JWK set: " + e.getMessage(), e);
    }
  }

  private String readFile() throws IOException {
    return Files.readString(Path.of(uri));
  }

  private String fetch() throws IOException, InterruptedException {
    try (var client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
      var request = HttpRequest.newBuilder(uri).timeout(TIMEOUT).build();
      var response = client.send(request, BodyHandlers.ofInputStream());
      try (var body = response.body()) {
        if (response.statusCode() != 200) {
          throw new IOException("%s answered %d".formatted(uri, response.statusCode()));
        }
        return new String(body.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
      }
    }
  }
}
