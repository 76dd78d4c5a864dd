package io.penstock.gateway.rest;

import java.util.BitSet;

/// The target of a request line as a URI may be written.
///
/// Browsers, curl and MLflow's own server take more than RFC 3986 allows: a filter with `<` and a
/// backtick in a query, a path in bare UTF-8, a percent sign that stands for itself. All of that
/// means what its bytes say.
final class RequestTarget {

  /// What may stand as it is; brackets only where a host is.
  private static final BitSet LEGAL = legalCharacters();

  private RequestTarget() {}

  private static BitSet legalCharacters() {
    BitSet legal = new BitSet();
    legal.set('0', '9' + 1);
    legal.set('A', 'Z' + 1);
    legal.set('a', 'z' + 1);
    "-._~!$&'()*+,;=:@/?%".chars().forEach(legal::set);
    return legal;
  }

  /// The same target, with what is not legal percent-encoded. Each character is one byte of the
  /// request line.
  static String legal(String target) {
    // A proxy's form, or the server as a whole: no path of ours.
    if (!target.startsWith("/")) {
      return target;
    }
    // Else a URI would take what follows two slashes for a host.
    String path = target.startsWith("//") ? "/%2F" + target.substring(2) : target;
    int at = 0;
    while (at < path.length() && isLegal(path, at)) {
      at++;
    }
    return at == path.length() ? path : encoded(path, at);
  }

  private static boolean isLegal(String target, int at) {
    char character = target.charAt(at);
    return character == '%' ? isEscape(target, at) : LEGAL.get(character);
  }

  private static boolean isEscape(String target, int percent) {
    return percent + 2 < target.length()
        && isHexadecimal(target.charAt(percent + 1))
        && isHexadecimal(target.charAt(percent + 2));
  }

  private static boolean isHexadecimal(char character) {
    return character < 0x80 && Character.digit(character, 16) >= 0;
  }

  private static String encoded(String target, int from) {
    StringBuilder legal = new StringBuilder(target.length() + 16).append(target, 0, from);
    for (int at = from; at < target.length(); at++) {
      if (isLegal(target, at)) {
        legal.append(target.charAt(at));
      } else {
        legal.append('%').append("%02X".formatted(target.charAt(at) & 0xFF));
      }
    }
    return legal.toString();
  }
}
