package io.penstock.registry.split;

import io.penstock.registry.CanonicalJson;
import io.penstock.registry.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// How rows are split. A row's place is the first 64 bits of SHA-256 over the seed, a NUL and the
/// row's key, as a fraction of 2^64; the parts take the range from 0 to 1 in their order, each as
/// much as its weight. All of it is whole numbers, so that everybody computes the same.
///
/// @param key what identifies a row, in words
/// @param dataset the snapshot that is split; may be empty
public record SplitRule(String seed, List<Part> parts, String key, String dataset) {

  private static final String ALGORITHM = "sha256-64/1";

  /// @param weight its share of all weights
  public record Part(String name, int weight) {}

  public SplitRule {
    parts = List.copyOf(parts);
  }

  /// The name of the part that a row belongs to.
  public String partOf(String rowKey) {
    long place = Math.unsignedMultiplyHigh(hash(rowKey), weights());
    for (var part : parts) {
      place -= part.weight();
      if (place < 0) {
        return part.name();
      }
    }
    throw new IllegalStateException("the place of a row lies behind all parts");
  }

  private long hash(String rowKey) {
    var text = (seed + '\0' + rowKey).getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.wrap(Sha256.of(text)).getLong();
  }

  private long weights() {
    return parts.stream().mapToLong(Part::weight).sum();
  }

  /// The hash of everything that decides, and of what it decides about.
  public String sha256() {
    var json = new CanonicalJson();
    json.object(
        rule ->
            rule.text("algorithm", ALGORITHM)
                .text("dataset", dataset)
                .text("key", key)
                .list(
                    "parts",
                    parts,
                    (fields, part) ->
                        fields.text("name", part.name()).number("weight", part.weight()))
                .text("seed", seed));
    return Sha256.hex(json.bytes());
  }
}
