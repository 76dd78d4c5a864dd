package io.penstock.registry.mlflow;

import java.util.List;
import java.util.random.RandomGenerator;

/// Names for what clients leave unnamed: easy to say, not unique.
final class RandomNames {

  private static final List<String> ADJECTIVES =
      List.of(
          "amber", "bold", "brisk", "calm", "clear", "crisp", "deft", "eager", "fair", "fleet",
          "gentle", "glad", "keen", "lively", "merry", "mild", "neat", "nimble", "placid", "proud",
          "quiet", "rapid", "serene", "sharp", "sleek", "smooth", "spry", "steady", "swift", "wry");

  private static final List<String> NOUNS =
      List.of(
          "alder", "badger", "brook", "cedar", "crane", "creek", "delta", "eddy", "falcon", "fern",
          "finch", "gull", "heron", "ibis", "kelp", "lark", "marten", "mink", "otter", "perch",
          "pike", "rapid", "reed", "sluice", "spring", "stork", "swan", "tern", "trout", "weir");

  private RandomNames() {}

  static String next(RandomGenerator random) {
    return "%s-%s-%d".formatted(one(ADJECTIVES, random), one(NOUNS, random), random.nextInt(1000));
  }

  private static String one(List<String> words, RandomGenerator random) {
    return words.get(random.nextInt(words.size()));
  }
}
