package io.penstock.conformance.cases;

import static io.penstock.conformance.suite.Section.HTTP;
import static io.penstock.conformance.suite.Section.LIMITS;
import static io.penstock.conformance.wire.Transport.REST;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.conformance.model.Models;
import io.penstock.conformance.suite.Case;
import io.penstock.conformance.suite.Check;
import io.penstock.conformance.suite.Extension;
import io.penstock.conformance.wire.Encoding;
import io.penstock.conformance.wire.RestAnswer;
import io.penstock.conformance.wire.RestInference;
import io.penstock.conformance.wire.Server;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/// HTTP around the protocol: methods, content types, compression, sizes.
final class HttpCases {

  private static final String PATH = "/v2/models/identity_fp32/infer";
  private static final int BOMB = 512 << 20;
  private static final int PATIENCE_MILLIS = 10_000;

  private HttpCases() {}

  static List<Case> all() {
    var cases = new ArrayList<Case>();
    methods(cases);
    types(cases);
    compression(cases);
    sizes(cases);
    return cases;
  }

  private static Case http(String what, Case.Body body) {
    return Case.of(HTTP, "http." + what, body).over(REST).with(Models.identity("FP32"));
  }

  private static byte[] right() {
    return RestInference.body(Samples.identity(), Encoding.REST_FLAT).bytes();
  }

  private static void same(RestAnswer answer) {
    Check.output(
        Samples.output(Samples.input(io.penstock.conformance.wire.Datatype.FP32, 2, 3)),
        RestInference.reply(Check.ok(answer)));
  }

  private static void methods(List<Case> cases) {
    for (var method : List.of("GET", "PUT", "DELETE", "PATCH")) {
      cases.add(
          http(
              "infer_by_" + method.toLowerCase(java.util.Locale.ROOT),
              server ->
                  Check.that(
                      isClientError(server.rest().send(method, PATH, Map.of(), new byte[0])),
                      "HTTP 4xx",
                      method)));
    }
    cases.add(
        http(
            "path_with_a_trailing_slash",
            server -> anyClean(server.rest().post(PATH + "/", right()))));
    cases.add(
        http("path_with_a_query", server -> anyClean(server.rest().post(PATH + "?a=b", right()))));
    cases.add(
        http(
            "path_encoded",
            server -> same(server.rest().post("/v2/models/identity%5Ffp32/infer", right()))));
    cases.add(http("path_with_broken_escape", HttpCases::brokenEscape));
  }

  private static boolean isClientError(RestAnswer answer) {
    return (answer.status() >= 400 && answer.status() < 500) || answer.status() == 501;
  }

  private static void anyClean(RestAnswer answer) {
    Check.that(answer.status() < 500, "no HTTP 5xx", answer);
  }

  private static void types(List<Case> cases) {
    cases.add(
        http(
            "content_type_with_charset",
            server ->
                same(
                    server
                        .rest()
                        .send(
                            "POST",
                            PATH,
                            Map.of("Content-Type", "application/json; charset=utf-8"),
                            right()))));
    for (var type :
        List.of(
            "text/plain",
            "application/xml",
            "application/x-www-form-urlencoded",
            "nonsense",
            "multipart/form-data")) {
      cases.add(
          http(
              "content_type_" + type.replaceAll("[^a-z]", "_"),
              server ->
                  readOrRefused(
                      server.rest().send("POST", PATH, Map.of("Content-Type", type), right()))));
    }
    cases.add(
        http(
                "content_type_absent",
                server -> same(server.rest().send("POST", PATH, Map.of(), right())))
            .should());
    cases.add(
        http(
            "accept_other",
            server ->
                readOrRefused(
                    server
                        .rest()
                        .send(
                            "POST",
                            PATH,
                            Map.of("Content-Type", "application/json", "Accept", "text/html"),
                            right()))));
  }

  /// A server may read any type or insist on JSON's.
  private static void readOrRefused(RestAnswer answer) {
    if (answer.status() == 200) {
      same(answer);
    } else {
      Check.clientError(answer);
    }
  }

  private static Case compression(String what, Case.Body body) {
    return http("compression." + what, body).of(Extension.COMPRESSION);
  }

  private static RestAnswer encoded(Server server, String encoding, byte[] body) {
    var headers = Map.of("Content-Type", "application/json", "Content-Encoding", encoding);
    return server.rest().send("POST", PATH, headers, body);
  }

  private static void compression(List<Case> cases) {
    cases.add(compression("gzip", server -> same(encoded(server, "gzip", gzip(right())))));
    cases.add(compression("deflate", server -> same(encoded(server, "deflate", deflate(right())))));
    cases.add(compression("gzip_answer", HttpCases::gzipAnswer).should());
    cases.add(compression("gzip_binary", HttpCases::gzipBinary));
    cases.add(
        compression(
            "gzip_cut",
            server ->
                Check.clientError(encoded(server, "gzip", Arrays.copyOf(gzip(right()), 30)))));
    cases.add(
        compression(
            "gzip_corrupt", server -> Check.clientError(encoded(server, "gzip", corrupt()))));
    cases.add(
        compression(
            "gzip_that_is_none", server -> Check.clientError(encoded(server, "gzip", right()))));
    cases.add(
        compression(
            "gzip_empty", server -> Check.clientError(encoded(server, "gzip", new byte[0]))));
    cases.add(
        compression(
            "deflate_that_is_none",
            server -> Check.clientError(encoded(server, "deflate", right()))));
    cases.add(
        compression(
            "unknown_encoding", server -> Check.clientError(encoded(server, "snappy", right()))));
    cases.add(
        compression("gzip_bomb", server -> Check.clientError(encoded(server, "gzip", bomb()))));
    cases.add(
        compression("identity", server -> same(encoded(server, "identity", right()))).should());
  }

  private static void gzipAnswer(Server server) throws IOException {
    var headers = Map.of("Content-Type", "application/json", "Accept-Encoding", "gzip");
    var answer = Check.ok(server.rest().send("POST", PATH, headers, right()));
    if (answer.header("Content-Encoding").orElse("").equals("gzip")) {
      try (var in = new GZIPInputStream(answer.body().newInput())) {
        var text = new String(in.readAllBytes(), UTF_8);
        Check.that(text.contains("OUTPUT0"), "the answer once unzipped", text);
      }
    } else {
      same(answer);
    }
  }

  private static void gzipBinary(Server server) throws IOException {
    var body = RestInference.body(Samples.identity(), Encoding.REST_BINARY);
    var headers =
        Map.of(
            "Content-Type",
            "application/octet-stream",
            "Content-Encoding",
            "gzip",
            RestInference.HEADER_LENGTH,
            String.valueOf(body.headerLength()));
    same(server.rest().send("POST", PATH, headers, gzip(body.bytes())));
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    var out = new ByteArrayOutputStream();
    try (OutputStream zip = new GZIPOutputStream(out)) {
      zip.write(plain);
    }
    return out.toByteArray();
  }

  private static byte[] deflate(byte[] plain) throws IOException {
    var out = new ByteArrayOutputStream();
    try (OutputStream zip = new DeflaterOutputStream(out)) {
      zip.write(plain);
    }
    return out.toByteArray();
  }

  private static byte[] corrupt() throws IOException {
    var zipped = gzip(right());
    for (int i = zipped.length / 2; i < zipped.length; i++) {
      zipped[i] ^= 0x55;
    }
    return zipped;
  }

  /// Half a gigabyte of blanks in half a megabyte.
  private static byte[] bomb() throws IOException {
    var out = new ByteArrayOutputStream();
    var blanks = " ".repeat(1 << 20).getBytes(UTF_8);
    try (OutputStream zip = new GZIPOutputStream(out)) {
      for (int i = 0; i < BOMB >> 20; i++) {
        zip.write(blanks);
      }
    }
    return out.toByteArray();
  }

  private static void sizes(List<Case> cases) {
    cases.add(
        Case.of(LIMITS, "limits.body_too_large.rest", server -> declared(server, 8L << 30))
            .over(REST)
            .with(Models.identity("FP32")));
    cases.add(http("body_shorter_than_declared_then_closed", HttpCases::cutShort));
    cases.add(
        http("request_line_nonsense", server -> clean(raw(server, "NONSENSE\r\n\r\n", true))));
    cases.add(
        http(
            "content_length_negative",
            server -> clean(raw(server, head(server, "Content-Length: -5"), true))));
    cases.add(
        http(
            "content_length_twice",
            server ->
                clean(
                    raw(
                        server,
                        head(server, "Content-Length: 3\r\nContent-Length: 4") + "{}{}",
                        true))));
    cases.add(
        http(
            "chunked",
            server -> {
              var text = new String(right(), UTF_8);
              var chunks = Integer.toHexString(text.length()) + "\r\n" + text + "\r\n0\r\n\r\n";
              var answer = raw(server, head(server, "Transfer-Encoding: chunked") + chunks, false);
              Check.that(answer.startsWith("HTTP/1.1 200"), "HTTP 200", answer);
            }));
    cases.add(
        http(
            "chunk_broken",
            server ->
                clean(
                    raw(
                        server,
                        head(server, "Transfer-Encoding: chunked") + "zz\r\nnonsense\r\n",
                        true))));
    cases.add(
        http(
            "header_huge",
            server -> clean(raw(server, head(server, "X-Long: " + "x".repeat(200_000)), true))));
  }

  private static String head(Server server, String header) {
    var token = server.rest().token();
    var authorization = token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n";
    return "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n%s%s\r\n\r\n"
        .formatted(PATH, server.rest().base().getAuthority(), authorization, header);
  }

  private static void brokenEscape(Server server) throws IOException {
    clean(
        raw(
            server,
            head(server, "Content-Length: 2").replace("identity_fp32", "a%zz") + "{}",
            true));
  }

  /// More is declared than anyone will take; the server says so, or hangs up, and does not wait to
  /// fill its memory.
  private static void declared(Server server, long size) throws IOException {
    clean(raw(server, head(server, "Content-Length: " + size) + "{\"inputs\":[", false));
  }

  private static void cutShort(Server server) throws IOException {
    raw(server, head(server, "Content-Length: 100") + "{\"inputs\":", true);
  }

  /// A 4xx, or a closed connection.
  private static void clean(String answer) {
    Check.that(
        answer.isEmpty() || answer.matches("(?s)HTTP/1\\.[01] (4..|501).*"),
        "HTTP 4xx or a closed connection",
        answer);
  }

  /// What comes back of bytes that no HTTP client would send; empty where the connection ends
  /// without an answer.
  ///
  /// @param finish whether our side says that nothing more follows
  private static String raw(Server server, String text, boolean finish) throws IOException {
    var base = server.rest().base();
    server.note(text.length() > 600 ? text.substring(0, 600) + "…" : text);
    try (var socket = new Socket(base.getHost(), base.getPort())) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(text.getBytes(UTF_8));
      if (finish) {
        socket.shutdownOutput();
      }
      var answer = new byte[64 << 10];
      int read = socket.getInputStream().read(answer);
      return read <= 0 ? "" : new String(answer, 0, read, ISO_8859_1);
    } catch (SocketTimeoutException e) {
      return "nothing within %d ms".formatted(PATIENCE_MILLIS);
    } catch (SocketException e) {
      return "";
    }
  }
}
