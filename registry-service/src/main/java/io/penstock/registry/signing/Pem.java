package io.penstock.registry.signing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Base64;
import java.util.regex.Pattern;

/// Keys in PEM form (RFC 7468).
final class Pem {

  private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

  private Pem() {}

  static String write(String type, byte[] content) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(type, new String(LINES.encode(content), US_ASCII), type);
  }

  /// The content of the first block of a type; a text without one is an illegal argument.
  static byte[] read(String type, String pem) {
    var block =
        Pattern.compile("-----BEGIN " + type + "-----([A-Za-z0-9+/=\\s]*)-----END " + type)
            .matcher(pem);
    if (!block.find()) {
      throw new IllegalArgumentException("no PEM block " + type);
    }
    return Base64.getMimeDecoder().decode(block.group(1));
  }
}
