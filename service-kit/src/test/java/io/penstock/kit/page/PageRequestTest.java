package io.penstock.kit.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.kit.failure.FailureException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageRequestTest {

  private static final PageLimits LIMITS = new PageLimits(2, 10);
  private static final String LIST = "models/ä\n\0/versions?state=\"ready\"";

  private record Key(String text, long number, double decimal, Instant time, UUID uuid) {

    static Key read(PageKey key) {
      return new Key(key.text(), key.number(), key.decimal(), key.time(), key.uuid());
    }

    List<?> parts() {
      return List.of(text, number, decimal, time, uuid);
    }
  }

  @Test
  void after_onTheFirstPage_isWhatStandsBeforeAll() {
    assertThat(request("").after(7L, PageKey::number)).isEqualTo(7);
  }

  @Test
  void after_readsWhatPageWrote() {
    var key =
        new Key("ä\n", Long.MIN_VALUE, Double.NaN, Instant.EPOCH.plusNanos(9), new UUID(1, 2));

    assertThat(request(token(key.parts())).<Object>after("first", Key::read)).isEqualTo(key);
  }

  @Test
  void page_withOneRowTooMany_continuesAfterTheLastRowShown() {
    Page<String> page = request("").page(List.of("a", "b", "c"), List::of);

    assertThat(page.rows()).containsExactly("a", "b");
    assertThat(request(page.nextToken()).after("", PageKey::text)).isEqualTo("b");
  }

  @Test
  void page_withNoMore_hasNoToken() {
    assertThat(request("").page(List.of("a", "b"), List::of).nextToken()).isEmpty();
  }

  @Test
  void map_keepsTheToken() {
    Page<Integer> page = new Page<>(List.of("a", "bb"), "token").map(String::length);

    assertThat(page).isEqualTo(new Page<>(List.of(1, 2), "token"));
  }

  @Test
  void token_needsNoEscapingInAUrl() {
    assertThat(token(List.of("~~~???>>>", "ÿÿÿ"))).matches("[A-Za-z0-9_-]+");
  }

  @Test
  void request_withATokenOfAnotherList_isRefused() {
    String token = token(List.of("a"));

    assertThatThrownBy(() -> LIMITS.request("models", 0, token))
        .hasMessageContaining("page_token", "belongs to another list");
  }

  @ParameterizedTest
  @ValueSource(strings = {"?", "%%%", "no token", "A", "YQ", "AAAA", "bW9kZWxzCmE", "ä"})
  void request_withGarbage_isRefused(String token) {
    assertRefused(() -> request(token));
  }

  @Test
  void request_withRandomBytes_isRefused() {
    var random = new Random(42);
    for (int i = 0; i < 1000; i++) {
      var bytes = new byte[1 + random.nextInt(40)];
      random.nextBytes(bytes);
      assertRefused(() -> request(Base64.getUrlEncoder().encodeToString(bytes)));
    }
  }

  @Test
  void request_withATokenCutShort_isRefused() {
    String token = token(List.of(1_000_000L));

    assertRefused(() -> request(token.substring(0, 6)));
    assertRefused(() -> request(token.substring(0, 12)).after(0L, PageKey::number));
  }

  @Test
  void after_withAKeyOfAnotherShape_isRefused() {
    assertUnreadable(List.of("x"), PageKey::number);
    assertUnreadable(List.of(""), PageKey::number);
    assertUnreadable(List.of("x"), PageKey::decimal);
    assertUnreadable(List.of("x"), PageKey::time);
    assertUnreadable(List.of("x"), PageKey::uuid);
    assertUnreadable(List.of(Instant.MAX), PageKey::time);
    assertUnreadable(List.of(Instant.MIN), PageKey::time);
  }

  @Test
  void after_withAKeyOfAnotherLength_isRefused() {
    assertUnreadable(List.of("a", "b"), PageKey::text);
    assertUnreadable(List.of("a"), key -> key.text() + key.text());
  }

  @Test
  void after_withANulInAPart_isRefused() {
    var token = token(List.of("a\0b"));
    assertThat(new String(Base64.getUrlDecoder().decode(token), UTF_8)).contains("a\0b");

    assertRefused(() -> request(token).after("", PageKey::text));
  }

  private static PageRequest request(String token) {
    return LIMITS.request(LIST, 0, token);
  }

  private static String token(List<?> key) {
    return request("").page(List.of(1, 2, 3), row -> key).nextToken();
  }

  private static void assertUnreadable(List<?> key, Function<PageKey, Object> reading) {
    assertRefused(() -> request(token(key)).after("first", reading));
  }

  private static void assertRefused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("page_token");
  }
}
