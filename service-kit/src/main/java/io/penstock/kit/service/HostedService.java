package io.penstock.kit.service;

import io.micronaut.context.ApplicationContext;
import io.penstock.kit.config.ConfigurationCheck;
import io.penstock.kit.grpc.GrpcServer;
import io.penstock.kit.management.ManagementServer;
import io.penstock.kit.telemetry.LogContext;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A service in its application context, and the order in which its parts come and go.
final class HostedService implements RunningService {

  private static final Logger log = LoggerFactory.getLogger(HostedService.class);

  private final ApplicationContext context;
  private final ServiceName name;
  private final LogContext logContext;
  private final Readiness readiness;
  private final ManagementServer management;
  private final GrpcServer grpc;
  private final AtomicBoolean closed = new AtomicBoolean();

  /// Probes are answered from the first moment; calls only after every startup step.
  private HostedService(ApplicationContext context) {
    this.context = context;
    this.name = context.getBean(ServiceName.class);
    this.logContext = LogContext.ofService(name);
    this.readiness = context.getBean(Readiness.class);
    this.management = context.getBean(ManagementServer.class);
    management.start();
    runStartupSteps();
    this.grpc = context.getBean(GrpcServer.class);
    grpc.start();
  }

  static RunningService start(ApplicationContext context) {
    try {
      context.start();
      var name = context.getBean(ServiceName.class);
      return LogContext.ofService(name).call(() -> begin(context));
    } catch (RuntimeException e) {
      context.close();
      throw e;
    }
  }

  private static RunningService begin(ApplicationContext context) {
    context.getBean(ConfigurationCheck.class).run();
    var service = new HostedService(context);
    context
        .getEventPublisher(ServiceStarted.class)
        .publishEvent(new ServiceStarted(service.name()));
    service.readiness.begin();
    return service;
  }

  private void runStartupSteps() {
    try {
      for (var step : context.getBeansOfType(StartupStep.class)) {
        readiness.starting(step.name());
        step.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(name + " was interrupted while it started", e);
    }
  }

  @Override
  public String name() {
    return name.value();
  }

  @Override
  public int grpcPort() {
    return grpc.port();
  }

  @Override
  public int managementPort() {
    return management.port();
  }

  @Override
  public ApplicationContext context() {
    return context;
  }

  @Override
  public boolean awaitReady(Duration atMost) throws InterruptedException {
    return readiness.await(atMost);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      logContext.run(this::drain);
    }
  }

  private void drain() {
    log.info("{} drains", name);
    readiness.stop();
    context
        .getEventPublisher(ServiceStopping.class)
        .publishEvent(new ServiceStopping(name.value()));
    grpc.close();
    management.close();
    context.close();
    log.info("{} stopped", name);
  }
}
