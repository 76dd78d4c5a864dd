package io.penstock.kit.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrailerTextTest {

  @Test
  void shortTexts_stayAsTheyAre() {
    assertThat(TrailerText.cut("a message")).isEqualTo("a message");
  }

  @Test
  void longTexts_areCutBetweenCharacters() {
    var cut = TrailerText.cut("😀".repeat(1_000));
    assertThat(cut).endsWith("😀…");
    assertThat(cut.getBytes(StandardCharsets.UTF_8).length).isBetween(990, 1_000);
  }

  @Test
  void failureAboutAHugeValue_staysSmall() {
    var failure =
        FailureStatus.of(Code.NOT_FOUND, "MODEL_NOT_FOUND", "no " + "é".repeat(100_000))
            .withMetadata("model", "m".repeat(100_000));
    for (int i : IntStream.range(0, 100).toArray()) {
      failure = failure.withViolation("field" + i, "x".repeat(i * 10));
    }
    var proto = failure.toProto(FailureStatus.DOMAIN);
    assertThat(proto.getSerializedSize()).isLessThan(4_500);
    var read = FailureStatus.from(proto).orElseThrow();
    assertThat(read.reason()).isEqualTo("MODEL_NOT_FOUND");
  }

  @Test
  void violations_theFirstAreKept() {
    var failure = FailureStatus.of(Code.INVALID_ARGUMENT, "INVALID_ARGUMENT", "wrong");
    for (int i = 0; i < 100; i++) {
      failure = failure.withViolation("field" + i, "x".repeat(100));
    }
    var read = FailureStatus.from(failure.toProto(FailureStatus.DOMAIN)).orElseThrow();
    assertThat(read.violations()).hasSizeBetween(10, 30);
    assertThat(read.violations().getFirst().field()).isEqualTo("field0");
  }
}
