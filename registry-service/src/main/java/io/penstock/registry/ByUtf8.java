package io.penstock.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Comparator;

/// The order of texts by their UTF-8 bytes, which is that of their code points: what others sort
/// paths by whose hashes have to be the same as ours. Java's own order of strings is by UTF-16.
public final class ByUtf8 {

  public static final Comparator<String> ORDER =
      Comparator.comparing(text -> text.getBytes(UTF_8), Arrays::compareUnsigned);

  private ByUtf8() {}
}
