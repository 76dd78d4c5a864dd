package io.penstock.gateway.oip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.penstock.gateway.GatewayFailure.BodyTooLarge;
import io.penstock.kit.failure.FailureException;
import org.junit.jupiter.api.Test;

class RequestBodyTest {

  private static void add(RequestBody body, String... parts) {
    for (String part : parts) {
      body.add(Unpooled.wrappedBuffer(part.getBytes(UTF_8)));
    }
  }

  private static void assertTooLarge(RequestBody body) {
    assertThatThrownBy(body::take)
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.failure()).isEqualTo(new BodyTooLarge(10)));
  }

  @Test
  void parts_becomeOne() {
    RequestBody announced = new RequestBody(6, 10);
    RequestBody chunked = new RequestBody(-1, 10);
    add(announced, "abc", "", "def");
    add(chunked, "abc", "defg", "hij");
    assertThat(announced.take()).isEqualTo("abcdef".getBytes(UTF_8));
    assertThat(chunked.take()).isEqualTo("abcdefghij".getBytes(UTF_8));
  }

  @Test
  void body_longerThanAllowed() {
    RequestBody chunked = new RequestBody(-1, 10);
    add(chunked, "abcdefgh", "ijk", "l");
    assertTooLarge(chunked);
    assertTooLarge(new RequestBody(11, 10));
  }

  @Test
  void body_shorterThanAnnounced() {
    RequestBody body = new RequestBody(6, 10);
    add(body, "abc");
    assertThat(body.take()).isEqualTo("abc".getBytes(UTF_8));
  }
}
