package io.penstock.demo.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TerminalTest {

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  @Test
  void progress_redrawsOneLineOnATerminal() {
    Terminal terminal = terminal(true);
    Progress progress = terminal.progress(50);
    for (int done = 1; done <= 50; done++) {
      progress.at(done, "day " + done);
    }
    terminal.passed("replayed");
    assertThat(text()).containsOnlyOnce("\n");
    assertThat(text()).contains("100 %  day 50").endsWith("✓ replayed\n");
  }

  @Test
  void progress_printsTenthsElsewhere() {
    Progress progress = terminal(false).progress(50);
    for (int done = 1; done <= 50; done++) {
      progress.at(done, "day " + done);
    }
    assertThat(text().lines()).hasSize(10).last().isEqualTo("   100 %  day 50");
  }

  @Test
  void status_elsewhere_printsNothing() {
    terminal(false).status("waiting");
    assertThat(text()).isEmpty();
  }

  @Test
  void figures() {
    assertThat(Figures.count(254_287)).isEqualTo("254,287");
    assertThat(Figures.share(.6714)).isEqualTo(".671");
    assertThat(Figures.share(Double.NaN)).isEqualTo("none");
    assertThat(Figures.number(-.03217)).isEqualTo("-.0322");
    assertThat(Figures.number(18.268)).isEqualTo("18.27");
    assertThat(Figures.number(1432.4)).isEqualTo("1,432");
    assertThat(Figures.latency(1_840)).isEqualTo("1.8 ms");
    assertThat(Figures.latency(31_840)).isEqualTo("32 ms");
  }

  private Terminal terminal(boolean live) {
    return new Terminal(new PrintStream(written, true, StandardCharsets.UTF_8), live, false);
  }

  private String text() {
    return written.toString(StandardCharsets.UTF_8);
  }
}
