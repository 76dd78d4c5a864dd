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
  private static final int TEXTS = 100_000;

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
    var text = new StringBuilder();
    for (int i = random.nextInt(20); i >= 0; i--) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
      text.append(random.nextInt(3) == 0 ? " " : "");
    }
    return text.toString();
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
