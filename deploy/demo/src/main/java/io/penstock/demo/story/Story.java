package io.penstock.demo.story;

import io.penstock.demo.suite.Patience;
import io.penstock.demo.suite.Suite;
import io.penstock.demo.terminal.Terminal;
import java.time.Clock;

/// What every step works with.
public record Story(Suite suite, Terminal terminal, Clock clock) {

  public Patience patience() {
    return new Patience(clock);
  }
}
