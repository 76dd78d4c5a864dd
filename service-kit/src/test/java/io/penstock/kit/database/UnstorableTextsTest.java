package io.penstock.kit.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.kit.failure.KitFailure.InvalidFields;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnstorableTextsTest {

  private final UnstorableTexts texts = new UnstorableTexts();

  @ParameterizedTest
  @ValueSource(strings = {"22021", "22P05"})
  void nul_isTheCallersMistake(String state) {
    var thrown = new IllegalStateException(new SQLException("0x00", state));
    assertThat(texts.failureOf(thrown)).get().isInstanceOf(InvalidFields.class);
  }

  @Test
  void anythingElse_isNot() {
    assertThat(texts.failureOf(new SQLException("a statement of ours", "42601"))).isEmpty();
    assertThat(texts.failureOf(new SQLException("no state"))).isEmpty();
    assertThat(texts.failureOf(new IllegalStateException())).isEmpty();
  }
}
