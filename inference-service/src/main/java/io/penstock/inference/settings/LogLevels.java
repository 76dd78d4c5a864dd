package io.penstock.inference.settings;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import jakarta.inject.Singleton;
import org.slf4j.LoggerFactory;

/// How much this service's own code logs. A level takes in all that is more severe, as everywhere
/// in the suite.
@Singleton
final class LogLevels {

  private static final String OWN = "io.penstock.inference";

  private final Logger logger = (Logger) LoggerFactory.getLogger(OWN);

  /// What is logged, from the severe to the verbose: 0 nothing, 1 errors, 2 warnings, 3 what
  /// happens, 4 details, 5 all.
  int depth() {
    return switch (logger.getEffectiveLevel().toInt()) {
      case Level.OFF_INT -> 0;
      case Level.ERROR_INT -> 1;
      case Level.WARN_INT -> 2;
      case Level.INFO_INT -> 3;
      case Level.DEBUG_INT -> 4;
      default -> 5;
    };
  }

  void change(int depth) {
    logger.setLevel(
        switch (depth) {
          case 0 -> Level.OFF;
          case 1 -> Level.ERROR;
          case 2 -> Level.WARN;
          case 3 -> Level.INFO;
          case 4 -> Level.DEBUG;
          default -> Level.TRACE;
        });
  }
}
