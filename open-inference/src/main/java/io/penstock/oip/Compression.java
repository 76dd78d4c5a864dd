package io.penstock.oip;

import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.oip.OpenInferenceFailure.InflatedBodyTooLarge;
import io.penstock.oip.OpenInferenceFailure.UnknownEncoding;
import io.penstock.oip.json.ByteSink;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/// Compressed bodies: `Content-Encoding` of requests, `Accept-Encoding` of answers.
public final class Compression {

  /// Smaller answers are not worth it: compressing a kilobyte costs more than all the rest of a
  /// call, and saves no packet.
  private static final int LEAST_BYTES = 4 * 1024;

  private static final int CHUNK = 8 * 1024;

  private Compression() {}

  /// The body of a request, inflated where it must be.
  ///
  /// @param mostBytes the bound on what is inflated; not checked for a body that is not compressed
  public static byte[] inflated(byte[] body, Headers headers, int mostBytes) {
    String encoding = headers.get("Content-Encoding");
    if (encoding == null || encoding.isEmpty() || encoding.equalsIgnoreCase("identity")) {
      return body;
    }
    return switch (encoding.toLowerCase(Locale.ROOT)) {
      case "gzip", "x-gzip" -> inflate(Compression::gzip, body, encoding, mostBytes);
      case "deflate" -> inflate(Compression::deflate, body, encoding, mostBytes);
      default -> throw new FailureException(new UnknownEncoding(encoding));
    };
  }

  private interface Unpacking {
    InputStream of(byte[] body) throws IOException;
  }

  private static byte[] inflate(Unpacking unpacking, byte[] body, String encoding, int most) {
    try (InputStream in = unpacking.of(body)) {
      ByteSink inflated = new ByteSink(Math.min(most, 4 * body.length));
      byte[] chunk = new byte[CHUNK];
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        if (read > most - inflated.size()) {
          throw new FailureException(new InflatedBodyTooLarge(most));
        }
        inflated.put(chunk, 0, read);
      }
      return inflated.toByteArray();
    } catch (IOException e) {
      throw InvalidArguments.of("body", "not %s, as Content-Encoding says".formatted(encoding));
    }
  }

  private static InputStream gzip(byte[] body) throws IOException {
    return new GZIPInputStream(new ByteArrayInputStream(body), CHUNK);
  }

  /// HTTP means zlib's format by "deflate"; some clients send the bare one.
  private static InputStream deflate(byte[] body) {
    boolean zlib =
        body.length > 1
            && (body[0] & 0x0F) == Deflater.DEFLATED
            && (((body[0] & 0xFF) << 8) | (body[1] & 0xFF)) % 31 == 0;
    Inflater inflater = new Inflater(!zlib);
    return new InflaterInputStream(new ByteArrayInputStream(body), inflater, CHUNK) {
      @Override
      public void close() throws IOException {
        super.close();
        inflater.end();
      }
    };
  }

  /// The encoding in which a body should be answered; empty for none, either because the caller
  /// takes none of ours or because the body is small.
  public static Optional<String> worthwhile(Headers headers, int bytes) {
    String accepted = headers.get("Accept-Encoding");
    if (bytes < LEAST_BYTES || accepted == null) {
      return Optional.empty();
    }
    String lower = accepted.toLowerCase(Locale.ROOT);
    return accepts(lower, "gzip")
        ? Optional.of("gzip")
        : accepts(lower, "deflate") ? Optional.of("deflate") : Optional.empty();
  }

  private static boolean accepts(String accepted, String encoding) {
    for (String item : accepted.split(",")) {
      String[] parts = item.strip().split(";");
      if (parts[0].strip().equals(encoding)) {
        return parts.length == 1 || !parts[1].replace(" ", "").matches("q=0(\\.0*)?");
      }
    }
    return false;
  }

  /// A body in an encoding that [#worthwhile] named.
  public static byte[] deflated(byte[] body, String encoding) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length / 2 + 64);
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try (OutputStream out =
        encoding.equals("gzip") ? new FastGzip(bytes) : new DeflaterOutputStream(bytes, deflater)) {
      out.write(body);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    } finally {
      deflater.end();
    }
    return bytes.toByteArray();
  }

  /// Speed rather than size: the wire is faster than the compressor.
  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(OutputStream out) throws IOException {
      super(out, CHUNK);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
