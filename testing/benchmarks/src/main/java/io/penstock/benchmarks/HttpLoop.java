package io.penstock.benchmarks;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// A closed loop over HTTP/1.1: so many connections, each with one request under way. Does no more
/// than it must, because it shares the machine with what it measures.
final class HttpLoop {

  private static final int MOST_CALLS = 4_000_000;

  private final int connections;
  private final Duration duration;

  HttpLoop(int connections, Duration duration) {
    this.connections = connections;
    this.duration = duration;
  }

  /// The bytes of a POST.
  static byte[] post(String path, String token, List<String> headers, byte[] body) {
    var head = new StringBuilder();
    head.append("POST ").append(path).append(" HTTP/1.1\r\nHost: benchmark\r\n");
    head.append("Authorization: Bearer ").append(token).append("\r\n");
    headers.forEach(header -> head.append(header).append("\r\n"));
    head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
    var bytes = head.toString().getBytes(StandardCharsets.US_ASCII);
    var whole = Arrays.copyOf(bytes, bytes.length + body.length);
    System.arraycopy(body, 0, whole, bytes.length, body.length);
    return whole;
  }

  ClosedLoop.Result run(int port, byte[] request, CpuClock server) {
    var before = server.used();
    long start = System.nanoTime();
    var latencies = latencies(port, request, start + duration.toNanos());
    long wall = System.nanoTime() - start;
    return new ClosedLoop.Result(
        latencies.length,
        Duration.ofNanos(wall),
        server.used().minus(before),
        Duration.ofNanos(latencies[latencies.length / 2]),
        Duration.ofNanos(latencies[(int) (latencies.length * 0.99)]));
  }

  private long[] latencies(int port, byte[] request, long end) {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<long[]>>();
      for (int i = 0; i < connections; i++) {
        running.add(threads.submit(() -> talk(port, request, end)));
      }
      var all = new long[0];
      for (var connection : running) {
        all = joined(all, connection.get());
      }
      Arrays.sort(all);
      return all;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a call failed", e.getCause());
    }
  }

  private static long[] joined(long[] one, long[] other) {
    var all = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, all, one.length, other.length);
    return all;
  }

  private long[] talk(int port, byte[] request, long end) throws IOException {
    var latencies = new long[MOST_CALLS / connections];
    int calls = 0;
    try (var socket = new Socket()) {
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress("127.0.0.1", port), 5_000);
      socket.setSoTimeout(30_000);
      var in = new BufferedInputStream(socket.getInputStream(), 16 << 10);
      var out = socket.getOutputStream();
      for (long now = System.nanoTime(); now < end && calls < latencies.length; ) {
        out.write(request);
        read(in);
        long answered = System.nanoTime();
        latencies[calls++] = answered - now;
        now = answered;
      }
    }
    return Arrays.copyOf(latencies, calls);
  }

  private static void read(InputStream in) throws IOException {
    var status = line(in);
    int length = 0;
    for (var header = line(in); !header.isEmpty(); header = line(in)) {
      if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(header.substring("content-length:".length()).strip());
      }
    }
    var body = in.readNBytes(length);
    if (!status.startsWith("HTTP/1.1 200")) {
      throw new UncheckedIOException(
          new IOException(status + " " + new String(body, StandardCharsets.UTF_8)));
    }
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the server closed the connection");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
