package io.penstock.registry.search.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.kit.failure.FailureException;
import io.penstock.registry.MlflowFailure.InvalidParameter;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever text comes, it is a filter or a clear refusal.
class FilterFuzzTest {

  private static final long SEED = 20_261_122L;
  private static final int TEXTS = 8_000;

  // What reads well this far, so that mistakes come late as well.
  private static final List<String> CONDITIONS =
      List.of(
          "metrics.acc > 0.5",
          "params.`a b` = 'x'",
          "tags.\"a\" LIKE '%x_'",
          "name != 'x'",
          "run_id IN ('a', 'b')",
          "NOT tags.a IS NULL",
          "(name = \"it's\" OR tags.a = '')",
          "attributes.start_time >= 1e3",
          "datasets.name = 'x'",
          "creation_time < -1");

  private static final List<String> PIECES =
      List.of(
          "metrics",
          "params",
          "tags",
          "attributes",
          "datasets",
          "run_id",
          "name",
          ".",
          "`",
          "\"",
          "'",
          "''",
          "\\'",
          "=",
          "!=",
          ">=",
          "<",
          "~",
          "LIKE",
          "ilike",
          "IN",
          "NOT",
          "IS",
          "NULL",
          "AND",
          "OR",
          "(",
          ")",
          ",",
          ";",
          "1",
          "-1.5",
          "1e999",
          "9".repeat(40),
          "x",
          " ",
          "\n",
          "ü",
          "🦆",
          "\0",
          "\uD800",
          "true",
          "--",
          "/*",
          "%",
          "_",
          "$1",
          ":v0",
          "?");

  static Stream<Vocabulary> vocabularies() {
    return Stream.of(
        RunVocabulary.INSTANCE,
        TaggedVocabulary.EXPERIMENTS,
        TaggedVocabulary.MODELS,
        TaggedVocabulary.VERSIONS,
        LoggedModelVocabulary.INSTANCE);
  }

  @ParameterizedTest
  @MethodSource("vocabularies")
  void parse_anyText_isReadOrClearlyRefused(Vocabulary vocabulary) {
    var random = new Random(SEED);
    for (int i = 0; i < TEXTS; i++) {
      var text = text(random);
      refusedOrRead(() -> Filter.parse(text, vocabulary), text);
      refusedOrRead(() -> Order.parse(List.of(text), vocabulary), text);
    }
  }

  private static String text(Random random) {
    return random.nextBoolean() ? pieces(random) : spoilt(conditions(random), random);
  }

  private static String pieces(Random random) {
    var text = new StringBuilder();
    for (int i = random.nextInt(20); i >= 0; i--) {
      text.append(one(random, PIECES)).append(random.nextInt(3) == 0 ? " " : "");
    }
    return text.toString();
  }

  private static String conditions(Random random) {
    var text = new StringBuilder(one(random, CONDITIONS));
    for (int i = random.nextInt(4); i > 0; i--) {
      text.append(random.nextInt(4) == 0 ? " OR " : " AND ").append(one(random, CONDITIONS));
    }
    return text.toString();
  }

  /// Puts pieces in the place of a few characters.
  private static String spoilt(String text, Random random) {
    var spoilt = new StringBuilder(text);
    for (int i = random.nextInt(3); i > 0; i--) {
      int from = random.nextInt(spoilt.length() + 1);
      int to = Math.min(spoilt.length(), from + random.nextInt(4));
      spoilt.replace(from, to, one(random, PIECES));
    }
    return spoilt.toString();
  }

  private static String one(Random random, List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private static void refusedOrRead(Runnable parsing, String text) {
    try {
      parsing.run();
    } catch (FailureException e) {
      assertThat(e.failure()).as("seed %d, %s", SEED, text).isInstanceOf(InvalidParameter.class);
      assertThat(e.failure().toString()).isNotBlank();
    }
  }
}
