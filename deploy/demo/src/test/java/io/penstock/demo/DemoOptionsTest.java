package io.penstock.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.penstock.demo.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoOptionsTest {

  @TempDir Path tokens;

  @Test
  void parse_defaults() {
    DemoOptions options = DemoOptions.parse(List.of("--tokens", tokens.toString()));
    assertThat(options.gateway()).hasToString("http://127.0.0.1:8080");
    assertThat(options.grpc()).isEqualTo("127.0.0.1:8081");
    assertThat(options.flights()).isEqualTo(30_000);
  }

  @Test
  void parse_everything() {
    DemoOptions options =
        DemoOptions.parse(
            List.of(
                "--tokens",
                tokens.toString(),
                "--gateway",
                "http://h:1",
                "--grpc",
                "h:2",
                "--flights",
                "5000"));
    assertThat(options.gateway()).hasToString("http://h:1");
    assertThat(options.grpc()).isEqualTo("h:2");
    assertThat(options.flights()).isEqualTo(5_000);
  }

  @Test
  void parse_namesWhatIsWrong() {
    assertRefused("--nope: no such option", "--nope", "1");
    assertRefused("--flights: no value", "--flights");
    assertRefused("--flights: many (expected: a number)", "--flights", "many");
    assertRefused("--flights: 10", "--tokens", tokens.toString(), "--flights", "10");
    assertRefused("--tokens: /nowhere (expected: a folder)", "--tokens", "/nowhere");
  }

  @Test
  void run_withoutATokenFile_saysWhich() throws Exception {
    Files.writeString(tokens.resolve("ada.jwt"), "token");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(new PrintStream(out, true, StandardCharsets.UTF_8), false, false);
    assertThat(Demo.run(List.of("--tokens", tokens.toString()), terminal, Clock.systemUTC()))
        .isEqualTo(1);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("step 1").contains("grace.jwt");
  }

  private static void assertRefused(String message, String... args) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DemoOptions.parse(List.of(args)))
        .withMessageContaining(message);
  }
}
