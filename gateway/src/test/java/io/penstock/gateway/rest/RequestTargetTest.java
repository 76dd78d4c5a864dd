package io.penstock.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestTargetTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      quoteCharacter = '\0',
      value = {
        "/v1/models/a%20b?x=%2F /v1/models/a%20b?x=%2F",
        "/runs?filter=metrics.`a`<1 /runs?filter=metrics.%60a%60%3C1",
        "/a|b\\c^{}[] /a%7Cb%5Cc%5E%7B%7D%5B%5D",
        "/% /%25",
        "/%2 /%252",
        "/%zz /%25zz",
        "/100%&x /100%25&x",
        "/%%32 /%25%32",
        "/a#../b /a%23../b",
        "/\u00C3\u00A9 /%C3%A9",
        "/\u0001\u007F /%01%7F",
        "//evil/api /%2Fevil/api",
        "http://[::1]:80/x http://[::1]:80/x",
        "* *",
      })
  void legal(String target, String expected) {
    assertThat(RequestTarget.legal(target)).isEqualTo(expected);
  }

  @Test
  void anyBytes_areThePathOfAUri() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder target = new StringBuilder("/");
      for (int length = random.nextInt(12); length > 0; length--) {
        target.append((char) random.nextInt(0x100));
      }
      URI uri = URI.create(RequestTarget.legal(target.toString()));
      assertThat(uri.getHost()).as("%s of seed %d", uri, seed).isNull();
      assertThat(uri.getRawPath()).as("%s of seed %d", uri, seed).startsWith("/");
    }
  }
}
