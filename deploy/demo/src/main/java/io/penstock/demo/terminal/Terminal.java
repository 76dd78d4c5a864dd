package io.penstock.demo.terminal;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// Where the demo prints.
public final class Terminal {

  private static final String BOLD = "1";
  private static final String DIM = "2";
  private static final String RED = "31";
  private static final String GREEN = "32";
  private static final String YELLOW = "33";
  private static final String CLEAR_LINE = "\r\u001b[2K";

  private final PrintStream out;
  private final boolean live;
  private final boolean coloured;
  private boolean transientLine;

  /// @param live whether a line may be redrawn
  public Terminal(PrintStream out, boolean live, boolean coloured) {
    this.out = out;
    this.live = live;
    this.coloured = coloured;
  }

  /// Standard output; colours only where a person looks and `NO_COLOR` is not set.
  public static Terminal standard() {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    Console console = System.console();
    boolean person = console != null && console.isTerminal();
    return new Terminal(out, person, person && System.getenv("NO_COLOR") == null);
  }

  public void title(String text) {
    print(paint(BOLD, text));
  }

  public void section(String text) {
    print("");
    print(paint(BOLD, text));
  }

  /// A fact with its name.
  public void fact(String name, String text) {
    print("   %s %s".formatted(paint(DIM, "%-11s".formatted(name)), text));
  }

  /// Continues the fact above.
  public void more(String text) {
    print("               " + text);
  }

  /// Something that was done, or holds.
  public void passed(String text) {
    print("   %s %s".formatted(paint(GREEN, "✓"), text));
  }

  /// Something that was refused, as it should be.
  public void refused(String text) {
    print("   %s %s".formatted(paint(YELLOW, "✗"), text));
  }

  public void failed(String text) {
    print(paint(RED, "✗ " + text));
  }

  public void line(String text) {
    print(text);
  }

  /// Shows what goes on until the next line is printed; nothing where lines cannot be redrawn.
  public void status(String text) {
    if (live) {
      out.print(CLEAR_LINE + "   " + paint(DIM, text));
      out.flush();
      transientLine = true;
    }
  }

  public Progress progress(long total) {
    return new Progress(this, total);
  }

  boolean live() {
    return live;
  }

  private void print(String text) {
    if (transientLine) {
      out.print(CLEAR_LINE);
      transientLine = false;
    }
    out.println(text);
  }

  private String paint(String style, String text) {
    return coloured ? "\u001b[" + style + "m" + text + "\u001b[0m" : text;
  }
}
