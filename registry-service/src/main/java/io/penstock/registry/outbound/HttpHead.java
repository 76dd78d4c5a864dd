package io.penstock.registry.outbound;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The lines before the body of an answer.
///
/// @param headers by their names in lower case; of several of one name, the last
record HttpHead(int status, Map<String, String> headers) {

  private static final int MOST_BYTES = 64 << 10;
  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-5]\\d\\d)( .*)?");
  private static final Pattern LINE_BREAK = Pattern.compile("[\r\n]");

  HttpHead {
    headers = Map.copyOf(headers);
  }

  static String request(
      String method, URI url, Map<String, String> headers, byte @Nullable [] content) {
    var head = new StringBuilder();
    head.append(method).append(' ').append(target(url)).append(" HTTP/1.1\r\n");
    append(head, "Host", url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort());
    headers.forEach((name, value) -> append(head, name, value));
    if (content != null) {
      append(head, "Content-Length", Integer.toString(content.length));
    }
    append(head, "Connection", "close");
    return head.append("\r\n").toString();
  }

  private static String target(URI url) {
    var path = url.getRawPath();
    var start = path == null || path.isEmpty() ? "/" : path;
    return url.getRawQuery() == null ? start : start + "?" + url.getRawQuery();
  }

  // A value with a line break would be more than one header.
  private static void append(StringBuilder head, String name, String value) {
    head.append(name).append(": ").append(LINE_BREAK.matcher(value).replaceAll(" ")).append("\r\n");
  }

  static HttpHead read(InputStream in) throws IOException {
    var head = readOne(in);
    while (head.status() < 200) {
      head = readOne(in);
    }
    return head;
  }

  private static HttpHead readOne(InputStream in) throws IOException {
    int left = MOST_BYTES;
    var first = line(in, left);
    var status = STATUS_LINE.matcher(first);
    if (!status.matches()) {
      throw new IOException("the answer does not begin as HTTP/1.1 does");
    }
    var headers = new TreeMap<String, String>();
    for (var line = line(in, left); !line.isEmpty(); line = line(in, left)) {
      left -= line.length() + 2;
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    return new HttpHead(Integer.parseInt(status.group(1)), headers);
  }

  /// A line without its end.
  static String line(InputStream in, int mostBytes) throws IOException {
    var line = new ByteArrayOutputStream(80);
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0 || line.size() >= mostBytes) {
        throw new IOException(
            next < 0 ? "the answer ended early" : "the head of the answer is too long");
      }
      line.write(next);
    }
    var text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }
}
