package io.penstock.registry.release;

import static io.penstock.proto.event.v1.Variant.VARIANT_CANARY;
import static io.penstock.proto.event.v1.Variant.VARIANT_PRIMARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Context;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.penstock.proto.registry.v1.ModelVersion;
import io.penstock.proto.registry.v1.Release;
import io.penstock.proto.registry.v1.WatchReleasesRequest;
import io.penstock.proto.registry.v1.WatchReleasesResponse;
import io.penstock.registry.FakePeers;
import io.penstock.registry.RegistryClient;
import io.penstock.testkit.Failures;
import io.penstock.testkit.PostgresExtension;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Followers of the releases, at two replicas of the registry that share a database.
class WatchReleasesIT {

  private static final FakePeers peers = FakePeers.start();
  private static final String url = PostgresExtension.shared().freshDatabase("registry");

  @TempDir private static Path directory;

  @RegisterExtension static final ServiceExtension registry = replica();
  @RegisterExtension static final ServiceExtension replica = replica();

  private final Context.CancellableContext following = Context.current().withCancellation();
  private RegistryClient ada;

  private static ServiceExtension replica() {
    return ServiceExtension.of("registry")
        .with("penstock.artifacts.directory", () -> directory.toString())
        .with("penstock.releases.poll-interval", "20ms")
        .with("penstock.peers.governance", peers.address())
        .with("penstock.database.url", url)
        .with("penstock.events.url", url);
  }

  @BeforeEach
  void connect() {
    ada = RegistryClient.of(registry, "ada");
  }

  @AfterEach
  void leave() {
    following.cancel(null);
  }

  @AfterAll
  static void stop() {
    peers.close();
  }

  @Test
  void watch_tellsThePresentThenWhatIsNew() {
    var one = newVersion(ada.newModel());
    var before = ada.deploy(one, VARIANT_PRIMARY, 0);
    var messages = watch(registry, before.getRevision() - 1);
    assertThat(messages.next().getRelease()).isEqualTo(before);
    var synced = messages.next();
    assertThat(synced.getSynced()).isTrue();
    assertThat(synced.hasRelease()).isFalse();
    assertThat(synced.getRevision()).isEqualTo(before.getRevision());

    var next = ada.deploy(newVersion(modelOf(one)), VARIANT_CANARY, 20);
    assertThat(messages.next().getRelease()).isEqualTo(next);
  }

  @Test
  void watch_fromTheStart_tellsEachReleaseOnce() {
    var one = newVersion(ada.newModel());
    ada.deploy(one, VARIANT_PRIMARY, 0);
    var latest = ada.deploy(newVersion(modelOf(one)), VARIANT_PRIMARY, 0);
    var told = untilSynced(watch(registry, 0));
    assertThat(told)
        .filteredOn(release -> release.getName().equals(latest.getName()))
        .containsExactly(latest);
    assertThat(told).extracting(Release::getRevision).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void watch_withNothingNew_isSyncedAtOnce() {
    var release = ada.deploy(newVersion(ada.newModel()), VARIANT_PRIMARY, 0);
    assertThat(watch(registry, release.getRevision()).next().getSynced()).isTrue();
  }

  @Test
  void watch_fromARevisionThatNeverWas_startsAnew() {
    var release = ada.deploy(newVersion(ada.newModel()), VARIANT_PRIMARY, 0);
    assertThat(untilSynced(watch(registry, 1_000_000_000L))).contains(release);
  }

  @Test
  void watch_atAnotherReplica_hearsToo() {
    var messages = watch(replica, 0);
    untilSynced(messages);
    var release = ada.deploy(newVersion(ada.newModel()), VARIANT_PRIMARY, 0);
    assertThat(messages.next().getRelease()).isEqualTo(release);
  }

  @Test
  void watch_byManyWhileManyDeploy_missesNothingAnywhere() throws Exception {
    var followers = new ArrayList<Iterator<WatchReleasesResponse>>();
    for (int i = 0; i < 20; i++) {
      var messages = watch(i % 2 == 0 ? registry : replica, 0);
      untilSynced(messages);
      followers.add(messages);
    }
    var deployments = new ArrayList<Callable<Release>>();
    for (int i = 0; i < 10; i++) {
      var version = newVersion(ada.newModel());
      var client = RegistryClient.of(i % 2 == 0 ? registry : replica, "ada");
      deployments.add(() -> client.deploy(version, VARIANT_PRIMARY, 0));
    }
    var revisions = new ArrayList<Long>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var deployed : threads.invokeAll(deployments)) {
        revisions.add(deployed.get().getRevision());
      }
    }
    revisions.sort(null);
    for (var messages : followers) {
      var told = new ArrayList<Long>();
      for (int i = 0; i < revisions.size(); i++) {
        told.add(messages.next().getRevision());
      }
      assertThat(told).isEqualTo(revisions);
    }
  }

  @Test
  void watch_whenTheServiceStops_isToldToComeAgain() throws Exception {
    var third = replica();
    third.begin();
    var messages = watch(third, 0);
    untilSynced(messages);
    third.stop();
    assertThatThrownBy(messages::next)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Code.UNAVAILABLE));
  }

  @Test
  void watch_ofANegativeRevision_isRefused() {
    var messages = watch(registry, -1);
    assertThatThrownBy(messages::next)
        .satisfies(Failures.with(Code.INVALID_ARGUMENT, "INVALID_ARGUMENT"));
  }

  private Iterator<WatchReleasesResponse> watch(ServiceExtension at, long after) {
    var client = RegistryClient.of(at, "follower");
    var request = WatchReleasesRequest.newBuilder().setAfterRevision(after).build();
    var before = following.attach();
    try {
      return client.releases.watchReleases(request);
    } finally {
      following.detach(before);
    }
  }

  private static List<Release> untilSynced(Iterator<WatchReleasesResponse> messages) {
    var told = new ArrayList<Release>();
    for (var message = messages.next(); !message.getSynced(); message = messages.next()) {
      told.add(message.getRelease());
    }
    return told;
  }

  private ModelVersion newVersion(String model) {
    return ada.newProductionVersion(model, TestOnnx.logistic(0, 1));
  }

  private static String modelOf(ModelVersion version) {
    return version.getName().substring(0, version.getName().indexOf("/versions"));
  }
}
