package io.penstock.kit.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.AppenderBase;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LogQueueTest {

  /// A reader of the log that does not read until it is let.
  private static final class Stuck extends AppenderBase<ILoggingEvent> {

    private final CountDownLatch let = new CountDownLatch(1);
    private final AtomicInteger lines = new AtomicInteger();
    private volatile String warning = "";

    @Override
    protected void append(ILoggingEvent line) {
      try {
        let.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      lines.incrementAndGet();
      if (line.getLevel() == Level.WARN) {
        warning = line.getFormattedMessage();
      }
    }
  }

  private final LoggerContext context = new LoggerContext();
  private final Stuck stuck = new Stuck();
  private final LogQueue queue = new LogQueue();

  @BeforeEach
  void start() {
    context.setMDCAdapter(new LogbackMDCAdapter());
    stuck.start();
    queue.setContext(context);
    queue.addAppender(stuck);
    queue.start();
  }

  @AfterEach
  void stop() {
    stuck.let.countDown();
    queue.stop();
  }

  @Test
  void eventLoop_neverWaits() throws InterruptedException {
    onLoop(20_000);
    stuck.let.countDown();
    // What was in the queue, and the lines that the writer had taken out of it already.
    while (stuck.lines.get() < 8_192) {
      Thread.onSpinWait();
    }
    onLoop(1);
    queue.stop();
    assertThat(stuck.lines.get()).isBetween(8_192, 3 * 8_192);
    assertThat(stuck.warning).matches("\\d+ log lines were dropped.*");
  }

  private void onLoop(int lines) throws InterruptedException {
    var loop = new FastThreadLocalThread(() -> log(lines));
    loop.start();
    loop.join();
  }

  @Test
  void otherThread_writesItself() {
    stuck.let.countDown();
    log(1);
    assertThat(stuck.lines.get()).isEqualTo(1);
  }

  private void log(int lines) {
    var logger = context.getLogger("test");
    for (int i = 0; i < lines; i++) {
      queue.doAppend(new LoggingEvent("test", logger, Level.INFO, "line " + i, null, null));
    }
  }
}
