package io.penstock.registry.outbound;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One HTTP/1.1 request and its answer, on a connection of its own to an address that the guard has
/// seen. The JDK's client resolves the name itself, after any check, and so cannot be guarded.
/// Redirects are answers like any other.
///
/// The deadline holds for everything together, from connecting to the last byte: when it is over
/// the socket is closed under whoever waits on it, which no trickle of bytes can put off.
public final class HttpExchange implements AutoCloseable {

  private static final int BUFFER_BYTES = 64 << 10;
  private static final ScheduledExecutorService DEADLINES = deadlines();

  private final Socket socket;
  private final Future<?> deadline;
  private final HttpHead head;
  private final InputStream body;

  private HttpExchange(Socket socket, Future<?> deadline, HttpHead head, InputStream body) {
    this.socket = socket;
    this.deadline = deadline;
    this.head = head;
    this.body = body;
  }

  /// Sends a request and reads the head of the answer; the body is the caller's to read.
  ///
  /// @param headers without `Host`, `Content-Length` and `Connection`
  /// @throws AddressGuard.Refused where the guard says no
  public static HttpExchange open(
      AddressGuard guard,
      TrustedTls tls,
      String method,
      URI url,
      Map<String, String> headers,
      byte @Nullable [] content,
      Duration timeout)
      throws IOException {
    var addresses = guard.resolve(url);
    var socket = new Socket();
    var deadline =
        DEADLINES.schedule(() -> closeQuietly(socket), timeout.toMillis(), TimeUnit.MILLISECONDS);
    try {
      var stream = connect(socket, addresses, tls, url, timeout);
      write(stream.getOutputStream(), HttpHead.request(method, url, headers, content), content);
      var in = new BufferedInputStream(stream.getInputStream(), BUFFER_BYTES);
      var head = HttpHead.read(in);
      return new HttpExchange(stream, deadline, head, HttpBody.of(method, head, in));
    } catch (IOException e) {
      boolean late = deadline.isDone();
      deadline.cancel(false);
      socket.close();
      throw late ? new IOException("no answer within " + timeout, e) : e;
    }
  }

  private static Socket connect(
      Socket socket, List<InetAddress> addresses, TrustedTls tls, URI url, Duration timeout)
      throws IOException {
    boolean secure = url.getScheme().equalsIgnoreCase("https");
    int port = url.getPort() >= 0 ? url.getPort() : secure ? 443 : 80;
    // The first address as the resolver ranks them; a second try would need a socket of its own.
    var address = new InetSocketAddress(addresses.getFirst(), port);
    socket.connect(address, Math.toIntExact(timeout.toMillis()));
    return secure ? tls.over(socket, url.getHost(), port) : socket;
  }

  private static void write(OutputStream out, String head, byte @Nullable [] content)
      throws IOException {
    out.write(head.getBytes(StandardCharsets.ISO_8859_1));
    if (content != null) {
      out.write(content);
    }
    out.flush();
  }

  public int status() {
    return head.status();
  }

  /// The header's value; null where there is none.
  ///
  /// @param name in lower case
  public @Nullable String header(String name) {
    return head.headers().get(name);
  }

  /// The body, without transfer coding. Its length is whatever the other side likes.
  public InputStream body() {
    return body;
  }

  @Override
  public void close() throws IOException {
    deadline.cancel(false);
    socket.close();
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException _) {
      // It is of no more use either way.
    }
  }

  private static ScheduledExecutorService deadlines() {
    var executor =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("http-deadlines").daemon().factory());
    executor.setRemoveOnCancelPolicy(true);
    return executor;
  }
}
