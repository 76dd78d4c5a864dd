package io.penstock.kit.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class JsonLogTest {

  @Test
  void line_isOneObjectWithTheContextOfTheCall() throws JoranException {
    var line = encode("line one\nline two", Map.of("service", "registry", "trace_id", "abc"));

    assertThat(line.strip()).doesNotContain("\n");
    var json = JsonParser.parseString(line).getAsJsonObject();
    assertThat(json.get("formattedMessage").getAsString()).isEqualTo("line one\nline two");
    assertThat(json.get("level").getAsString()).isEqualTo("WARN");
    assertThat(mdc(json).get("service").getAsString()).isEqualTo("registry");
    assertThat(mdc(json).get("trace_id").getAsString()).isEqualTo("abc");
  }

  private static JsonObject mdc(JsonObject line) {
    return line.getAsJsonObject("mdc");
  }

  private static String encode(String message, Map<String, String> mdc) throws JoranException {
    var context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    context.putProperty("PENSTOCK_LOG_FORMAT", "json");
    var configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(Objects.requireNonNull(JsonLogTest.class.getResource("/logback.xml")));
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    var queue = (LogQueue) root.getAppender("QUEUE");
    var appender = (ConsoleAppender<ILoggingEvent>) queue.getAppender("STDOUT");
    var event =
        new LoggingEvent(JsonLogTest.class.getName(), root, Level.WARN, message, null, null);
    event.setMDCPropertyMap(mdc);
    return new String(appender.getEncoder().encode(event), StandardCharsets.UTF_8);
  }
}
