package io.penstock.kit.telemetry;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.atomic.AtomicLong;

/// Keeps event loops from waiting for whoever reads our log: their lines go through a bounded
/// queue, and are dropped and counted when it is full. All other threads write for themselves, so
/// that the last words of a process that ends are not lost in a queue.
public final class LogQueue extends AsyncAppender {

  private static final int LINES = 8192;

  private final AtomicLong dropped = new AtomicLong();

  public LogQueue() {
    setQueueSize(LINES);
    setDiscardingThreshold(0);
    setNeverBlock(true);
  }

  @Override
  protected void append(ILoggingEvent line) {
    if (!(Thread.currentThread() instanceof FastThreadLocalThread)) {
      iteratorForAppenders().forEachRemaining(appender -> appender.doAppend(line));
    } else if (getRemainingCapacity() == 0) {
      dropped.incrementAndGet();
    } else {
      confess();
      super.append(line);
    }
  }

  /// Not through a logger: an appender that logs would be called by itself, which logback ignores.
  private void confess() {
    long lines = dropped.get() == 0 ? 0 : dropped.getAndSet(0);
    if (lines > 0 && getContext() instanceof LoggerContext context) {
      super.append(
          new LoggingEvent(
              LogQueue.class.getName(),
              context.getLogger(LogQueue.class),
              Level.WARN,
              "{} log lines were dropped: nobody read the log fast enough",
              null,
              new Object[] {lines}));
    }
  }
}
