package io.penstock.mlflow.fuzz;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// HTTP/1.1 by hand, since no client library sends what is wrong.
final class RawConnection implements AutoCloseable {

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(25);

  private final Socket socket;
  private final InputStream in;

  private RawConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  static RawConnection to(URI server) throws IOException {
    var socket = new Socket(server.getHost(), server.getPort());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout((int) LONGEST_WAIT.toMillis());
    return new RawConnection(socket);
  }

  Socket socket() {
    return socket;
  }

  FuzzAnswer exchange(String verb, byte[] request) throws IOException {
    long start = System.nanoTime();
    try {
      socket.getOutputStream().write(request);
    } catch (SocketException refusedMeanwhile) {
      // The answer may be there all the same.
    }
    return read(verb.equals("HEAD"), start);
  }

  /// The next answer of the connection.
  FuzzAnswer read(boolean headOnly, long start) throws IOException {
    int status = Integer.parseInt(line().split(" ", 3)[1]);
    var headers = headers();
    if (status == 100) {
      return read(headOnly, start);
    }
    byte[] body = headOnly ? new byte[0] : body(headers);
    return new FuzzAnswer(status, headers, body, Duration.ofNanos(System.nanoTime() - start));
  }

  private Map<String, String> headers() throws IOException {
    Map<String, String> headers = new HashMap<>();
    for (var line = line(); !line.isEmpty(); line = line()) {
      var parts = line.split(":", 2);
      headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1].strip());
    }
    return headers;
  }

  private byte[] body(Map<String, String> headers) throws IOException {
    if (headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
      return chunks();
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("%d of %d bytes".formatted(body.length, length));
    }
    return body;
  }

  private byte[] chunks() throws IOException {
    var all = new java.io.ByteArrayOutputStream();
    while (true) {
      int length = Integer.parseInt(line(), 16);
      all.write(in.readNBytes(length));
      line();
      if (length == 0) {
        return all.toByteArray();
      }
    }
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) {
        throw new EOFException("connection closed after '" + line + "'");
      }
      if (octet != '\r') {
        line.append((char) octet);
      }
    }
    return new String(
        line.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
