package io.penstock.testkit;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.penstock.kit.grpc.Credentials;
import io.penstock.kit.service.PenstockService;
import io.penstock.kit.service.RunningService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Starts a real service for a test class: on free ports, with a fresh database that also holds its
/// event log, believing [TestIdentity#shared()], ready before the first test runs.
///
/// ```java
/// @RegisterExtension
/// static final ServiceExtension registry = ServiceExtension.of("registry").with("penstock.x.y", "3");
/// ```
public final class ServiceExtension implements BeforeAllCallback, AfterAllCallback {

  private static final Duration READY_WITHIN = Duration.ofSeconds(60);

  private final String name;
  private final Map<String, Supplier<?>> properties = new HashMap<>();
  private final List<Supplier<?>> beans = new ArrayList<>();
  private final List<String> removed = new ArrayList<>();
  private boolean database = true;
  private boolean awaitReady = true;
  private Map<String, Object> effective = new HashMap<>();
  private @Nullable RunningService running;
  private @Nullable ManagedChannel channel;

  private ServiceExtension(String name) {
    this.name = name;
  }

  public static ServiceExtension of(String name) {
    return new ServiceExtension(name);
  }

  public ServiceExtension with(String key, Object value) {
    return with(key, () -> value);
  }

  /// A property that is known only when the service starts: the address of another one, for
  /// instance.
  public ServiceExtension with(String key, Supplier<?> value) {
    properties.put(key, value);
    return this;
  }

  /// Gives the service a ready-made bean, such as a [FakeClock].
  public ServiceExtension withBean(Object bean) {
    beans.add(() -> bean);
    return this;
  }

  public ServiceExtension withBean(Supplier<?> bean) {
    beans.add(bean);
    return this;
  }

  /// For a service that holds no database; its event log is in memory unless configured.
  public ServiceExtension withoutDatabase() {
    database = false;
    return this;
  }

  /// For a test of a service that has something to wait for.
  public ServiceExtension withoutAwaitingReady() {
    awaitReady = false;
    return this;
  }

  /// Takes a property away that the extension would set.
  public ServiceExtension without(String key) {
    removed.add(key);
    return this;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws InterruptedException {
    begin();
  }

  /// Starts the service and waits until it is ready: for a test that does so itself, instead of
  /// registering an extension.
  public void begin() throws InterruptedException {
    effective = effectiveProperties();
    start();
    if (awaitReady && !running().awaitReady(READY_WITHIN)) {
      throw new IllegalStateException(name + " was not ready within " + READY_WITHIN);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws InterruptedException {
    stop();
  }

  /// Starts the service again after [#stop()], with the same database; its ports may be others.
  public void start() {
    var service = PenstockService.named(name);
    beans.forEach(bean -> service.with(bean.get()));
    running = service.start(effective);
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", running.grpcPort()).usePlaintext().build();
  }

  /// Starts the service again at this port, as a restart does.
  public void startAt(int grpcPort) {
    effective.put("penstock.grpc.port", grpcPort);
    start();
  }

  public void stop() throws InterruptedException {
    if (channel != null) {
      channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
    if (running != null) {
      running.close();
    }
  }

  public RunningService running() {
    if (running == null) {
      throw new IllegalStateException(name + " is not started; is the extension a static field?");
    }
    return running;
  }

  /// `127.0.0.1:port`, for the `penstock.peers` of another service.
  public String address() {
    return "127.0.0.1:" + running().grpcPort();
  }

  public <T> T bean(Class<T> type) {
    return running().context().getBean(type);
  }

  /// A channel that calls as this subject, in these roles.
  public Channel channel(String subject, String... roles) {
    return withCredential(TestIdentity.shared().token(subject, roles));
  }

  /// A channel that calls with this JWT or API key.
  public Channel withCredential(String credential) {
    var headers = new Metadata();
    headers.put(Credentials.AUTHORIZATION, Credentials.bearer(credential));
    return ClientInterceptors.intercept(
        anonymous(), MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  /// A channel that calls without a credential.
  public ManagedChannel anonymous() {
    running();
    if (channel == null) {
      throw new IllegalStateException(name + " is stopped");
    }
    return channel;
  }

  private Map<String, Object> effectiveProperties() {
    var all = new HashMap<String, Object>(TestIdentity.shared().properties());
    all.put("penstock.identity.service-token", serviceToken());
    all.put("penstock.grpc.host", "127.0.0.1");
    all.put("penstock.grpc.port", 0);
    all.put("penstock.management.host", "127.0.0.1");
    all.put("penstock.management.port", 0);
    all.put("penstock.telemetry.sampling", 1.0);
    if (database) {
      addDatabase(all);
    } else {
      all.put("penstock.events.type", "MEMORY");
    }
    properties.forEach((key, value) -> all.put(key, value.get()));
    removed.forEach(all::remove);
    return all;
  }

  private void addDatabase(Map<String, Object> all) {
    var url = PostgresExtension.shared().freshDatabase(name);
    for (var area : List.of("database", "events")) {
      all.put("penstock." + area + ".url", url);
      all.put("penstock." + area + ".user", "postgres");
    }
  }

  private String serviceToken() {
    return TestIdentity.shared().token("service/" + name, "service");
  }
}
