package io.penstock.demo.terminal;

/// How far something long has come: a bar on a terminal, a line every tenth elsewhere.
public final class Progress {

  private static final int WIDTH = 24;

  private final Terminal terminal;
  private final long total;
  private long shownTenth;

  Progress(Terminal terminal, long total) {
    this.terminal = terminal;
    this.total = total;
  }

  public void at(long done, String detail) {
    if (terminal.live()) {
      terminal.status("%s %3d %%  %s".formatted(bar(done), 100 * done / total, detail));
    } else if (10 * done / total > shownTenth) {
      shownTenth = 10 * done / total;
      terminal.line("   %3d %%  %s".formatted(100 * done / total, detail));
    }
  }

  private String bar(long done) {
    int filled = (int) (WIDTH * done / total);
    return "█".repeat(filled) + "░".repeat(WIDTH - filled);
  }
}
