package io.penstock.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class PenstockTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path home = Path.of("unset");

  private int run(String... arguments) {
    CommandLine command = Penstock.commandLine();
    command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return command.execute(arguments);
  }

  @Test
  void token_isAJwt() {
    assertThat(run("token", "--home", home.toString(), "--role", "viewer")).isZero();
    assertThat(out.toString().strip()).matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+");
  }

  @Test
  void token_withoutRole() {
    assertThat(run("token", "--home", home.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("--role");
  }

  @Test
  void logs_unknownService() {
    assertThat(run("logs", "--home", home.toString(), "database")).isEqualTo(2);
    assertThat(err.toString()).contains("SERVICE: database (expected: one of").contains("registry");
  }

  @Test
  void logs_ofOneService_fromTheLogOfAll() throws IOException {
    String ours =
        "{\"mdc\": {\"service\":\"registry\"},\"formattedMessage\":\"registry is ready\"}";
    String theirs =
        "{\"mdc\": {\"service\":\"feature\"},\"formattedMessage\":\"feature is ready\"}";
    Files.createDirectories(home.resolve("logs"));
    Files.writeString(home.resolve("logs").resolve("suite.log"), theirs + "\n" + ours + "\n");
    assertThat(run("logs", "--home", home.toString(), "registry")).isZero();
    assertThat(out.toString().strip()).isEqualTo(ours);
  }

  @Test
  void down_whenNothingIsUp() {
    assertThat(run("down", "--home", home.toString())).isZero();
    assertThat(out.toString()).contains("Nothing was up.");
  }

  @Test
  void unknownCommand() {
    assertThat(run("launch")).isEqualTo(2);
    assertThat(err.toString()).contains("launch");
  }
}
