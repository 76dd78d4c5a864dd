package io.penstock.mlflow.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/// A request as it goes over the wire.
///
/// @param route of which it is a variation: `POST /api/2.0/mlflow/runs/create`
/// @param target path and query, as they stand in the request line
record FuzzRequest(
    String route, String verb, String target, Map<String, String> headers, byte[] body) {

  private static final Path BODIES = Path.of("target", "fuzz");
  private static final int LONGEST_SHOWN = 2_000;

  /// The head, but for what names the caller and the connection.
  byte[] bytes(String host, String authorization) {
    var head =
        "%s %s HTTP/1.1\r\nHost: %s\r\nAuthorization: %s\r\nContent-Length: %d\r\n%s\r\n"
            .formatted(verb, target, host, authorization, body.length, headerLines());
    byte[] bytes = head.getBytes(StandardCharsets.ISO_8859_1);
    byte[] whole = java.util.Arrays.copyOf(bytes, bytes.length + body.length);
    System.arraycopy(body, 0, whole, bytes.length, body.length);
    return whole;
  }

  private String headerLines() {
    return headers.entrySet().stream()
        .map(header -> header.getKey() + ": " + header.getValue() + "\r\n")
        .collect(Collectors.joining());
  }

  /// The request for a shell, the body in a file where it is long or no text.
  String curl(String base) {
    var options =
        headers.entrySet().stream()
            .map(header -> " -H '" + header.getKey() + ": " + header.getValue() + "'")
            .collect(Collectors.joining());
    return "curl -i --path-as-is -X %s -H \"Authorization: $TOKEN\"%s%s '%s%s'"
        .formatted(verb, options, data(), base, shown(target));
  }

  private static String shown(String text) {
    return text.length() <= LONGEST_SHOWN
        ? text
        : text.substring(0, LONGEST_SHOWN) + "…(" + text.length() + ")";
  }

  private String data() {
    if (body.length == 0) {
      return "";
    }
    var text = new String(body, StandardCharsets.UTF_8);
    return text.length() < LONGEST_SHOWN && text.matches("[ -&(-~]*")
        ? " --data-binary '" + text + "'"
        : " --data-binary @" + saved();
  }

  private Path saved() {
    try {
      Files.createDirectories(BODIES);
      var file = Files.createTempFile(BODIES, "body", ".bin");
      return Files.write(file, body).toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
