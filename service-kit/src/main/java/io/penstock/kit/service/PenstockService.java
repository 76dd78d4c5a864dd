package io.penstock.kit.service;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.PropertySource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/// A service before it runs. Its `main` is one line:
///
/// ```java
/// PenstockService.named("registry").defaultPorts(9101, 9301).run(args);
/// ```
///
/// Every service has an application context of its own; `penstock.service` names it and switches
/// its beans on. Configuration comes, the later the stronger, from the defaults in the records,
/// files named by `micronaut.config.files`, environment variables (`PENSTOCK_GRPC_PORT`), system
/// properties and arguments.
public final class PenstockService {

  private static final Logger log = LoggerFactory.getLogger(PenstockService.class);
  private static final int WEAKEST = -10_000;

  private final String name;
  private final Map<String, Object> defaults = new HashMap<>();
  private final List<Object> beans = new ArrayList<>();

  private PenstockService(String name) {
    this.name = name;
  }

  public static PenstockService named(String name) {
    return new PenstockService(name);
  }

  /// Where it listens unless configured otherwise.
  public PenstockService defaultPorts(int grpc, int management) {
    defaults.put("penstock.grpc.port", grpc);
    defaults.put("penstock.management.port", management);
    return this;
  }

  /// A default of this process that is stronger than the one in the record.
  public PenstockService defaultValue(String key, Object value) {
    defaults.put(key, value);
    return this;
  }

  /// Gives the context a ready-made bean: a test's clock, for instance.
  public PenstockService with(Object bean) {
    beans.add(bean);
    return this;
  }

  /// Runs until SIGTERM or ctrl-C, then drains. Arguments look like `--penstock.grpc.port=9101`.
  public void run(String... args) {
    try {
      var service = start(Map.of(), args);
      var stopped = new CountDownLatch(1);
      Runtime.getRuntime().addShutdownHook(drain(service, stopped));
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.error("{} could not start: {}", name, rootMessage(e), e);
      System.exit(1);
    }
  }

  /// Starts it inside this JVM, beside whatever else runs there, with these properties over all
  /// other configuration. Returns once it listens; it may not be ready yet.
  public RunningService start(Map<String, Object> properties) {
    return start(properties, new String[0]);
  }

  private RunningService start(Map<String, Object> properties, String[] args) {
    sendJavaLoggingToOurs();
    var given = new HashMap<>(properties);
    given.put("penstock.service", name);
    var context =
        ApplicationContext.builder()
            .banner(false)
            .deduceEnvironment(false)
            .deduceCloudEnvironment(false)
            .bootstrapEnvironment(false)
            .propertySources(
                PropertySource.of("defaults of " + name, defaults, WEAKEST),
                PropertySource.of("given to " + name, given))
            .args(args)
            .singletons(beans.toArray())
            .build();
    return HostedService.start(context);
  }

  // One format and one place for every line, whichever way a library logs.
  private static synchronized void sendJavaLoggingToOurs() {
    if (!SLF4JBridgeHandler.isInstalled()) {
      SLF4JBridgeHandler.removeHandlersForRootLogger();
      SLF4JBridgeHandler.install();
    }
  }

  private static Thread drain(RunningService service, CountDownLatch stopped) {
    return Thread.ofPlatform()
        .name("shutdown-" + service.name())
        .unstarted(
            () -> {
              service.close();
              stopped.countDown();
            });
  }

  private static String rootMessage(Throwable thrown) {
    var cause = thrown;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }
}
