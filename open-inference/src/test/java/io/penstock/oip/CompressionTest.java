package io.penstock.oip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.KitFailure.InvalidFields;
import io.penstock.oip.OpenInferenceFailure.InflatedBodyTooLarge;
import io.penstock.oip.OpenInferenceFailure.UnknownEncoding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompressionTest {

  private static final byte[] BODY =
      "{\"inputs\":[]}".repeat(1_000).getBytes(StandardCharsets.UTF_8);

  private static final Headers NONE = _ -> null;

  private static Headers encoded(String encoding) {
    return name -> name.equals("Content-Encoding") ? encoding : null;
  }

  private static Headers accepting(String encodings) {
    return name -> name.equals("Accept-Encoding") ? encodings : null;
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate"})
  void deflated_inflated_roundTrip(String encoding) {
    byte[] small = Compression.deflated(BODY, encoding);
    assertThat(small.length).isLessThan(BODY.length / 10);
    assertThat(Compression.inflated(small, encoded(encoding), BODY.length)).isEqualTo(BODY);
    assertThatThrownBy(() -> Compression.inflated(small, encoded(encoding), BODY.length - 1))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> assertThat(e.failure()).isEqualTo(new InflatedBodyTooLarge(BODY.length - 1)));
  }

  @Test
  void inflated_bareDeflate() throws IOException {
    ByteArrayOutputStream bare = new ByteArrayOutputStream();
    try (var out = new DeflaterOutputStream(bare, new Deflater(6, true))) {
      out.write(BODY);
    }
    assertThat(Compression.inflated(bare.toByteArray(), encoded("deflate"), BODY.length))
        .isEqualTo(BODY);
  }

  @Test
  void inflated_notCompressed() {
    assertThat(Compression.inflated(BODY, NONE, 1)).isSameAs(BODY);
    assertThat(Compression.inflated(BODY, encoded("identity"), 1)).isSameAs(BODY);
  }

  @Test
  void inflated_unknownOrDamaged() {
    assertThatThrownBy(() -> Compression.inflated(BODY, encoded("br"), 1))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> assertThat(e.failure()).isEqualTo(new UnknownEncoding("br")));
    Random random = new Random(7);
    byte[] small = Compression.deflated(BODY, "gzip");
    for (int i = 0; i < 5_000; i++) {
      byte[] damaged = java.util.Arrays.copyOf(small, random.nextInt(small.length));
      if (damaged.length > 0) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      assertThatThrownBy(() -> Compression.inflated(damaged, encoded("gzip"), 1 << 20))
          .isInstanceOfSatisfying(
              FailureException.class,
              e ->
                  assertThat(e.failure())
                      .isInstanceOfAny(InvalidFields.class, InflatedBodyTooLarge.class));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip|gzip",
        "deflate|deflate",
        "deflate, gzip|gzip",
        "GZIP;q=0.5|gzip",
        "gzip;q=0, deflate|deflate",
        "br|",
        "identity|",
      })
  void worthwhile_asAccepted(String accepted, String chosen) {
    assertThat(Compression.worthwhile(accepting(accepted), 1 << 20).orElse(null)).isEqualTo(chosen);
  }

  @Test
  void worthwhile_smallOrUnasked() {
    assertThat(Compression.worthwhile(accepting("gzip"), 1_000)).isEmpty();
    assertThat(Compression.worthwhile(NONE, 1 << 20)).isEmpty();
  }
}
