package io.penstock.registry.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.penstock.kit.failure.FailureException;
import io.penstock.registry.RegistryFailure.NoCanary;
import io.penstock.registry.RegistryFailure.NoFallback;
import io.penstock.registry.RegistryFailure.ReleaseConflict;
import io.penstock.registry.artifact.ArtifactDigest;
import io.penstock.registry.onnx.Signature;
import io.penstock.registry.profile.Profile;
import io.penstock.registry.release.ReleaseCommand.Adjust;
import io.penstock.registry.release.ReleaseCommand.Deploy;
import io.penstock.registry.release.ReleaseCommand.PromoteCanary;
import io.penstock.registry.release.ReleaseCommand.Resume;
import io.penstock.registry.release.ReleaseCommand.RollBack;
import io.penstock.registry.release.ReleaseCommand.Stop;
import io.penstock.registry.version.ModelVersion;
import io.penstock.registry.version.ServingConfig;
import io.penstock.registry.version.Stage;
import io.penstock.registry.version.VersionName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReleasePlanTest {

  private static final Instant NOW = Instant.parse("2001-04-01T00:00:00Z");
  private static final CanaryCriteria CRITERIA =
      new CanaryCriteria(200, 200, 0.01, 3, 0, Optional.of(Duration.ofHours(1)), true);

  private static final Bandit BANDIT = new Bandit(1, 1, 0.05, Optional.empty());

  @Test
  void deployCanary_withABandit_keepsItUntilTheCanaryGoes() {
    assertThat(after(primary(1), bandit(2, 20)).bandit()).contains(BANDIT);
    assertThat(after(primary(1), bandit(2, 20), shadow(3, 10)).bandit()).contains(BANDIT);
    assertThat(after(primary(1), bandit(2, 20), canary(2, 20)).bandit()).isEmpty();
    assertThat(after(primary(1), bandit(2, 20), new PromoteCanary("")).bandit()).isEmpty();
    assertThat(after(primary(1), bandit(2, 20), new RollBack("")).bandit()).isEmpty();
  }

  @Test
  void adjust_movesTheShareOfABanditOnly() {
    var adjusted = after(primary(1), bandit(2, 20), new Adjust(71, "rewards: canary 0.3 of 9"));
    assertThat(split(adjusted)).containsExactly("PRIMARY 1 29", "CANARY 2 71");
    assertThat(adjusted.reason()).isEqualTo("version 2 takes 71 %; rewards: canary 0.3 of 9");
    assertThat(adjusted.canary()).isEqualTo(after(primary(1), bandit(2, 20)).canary());
    refused(ReleaseConflict.class, primary(1), canary(2, 20), new Adjust(71, ""));
    refused(ReleaseConflict.class, primary(1), new Adjust(71, ""));
  }

  @Test
  void stop_holdsUntilItIsResumed() {
    assertThat(after(primary(1), new Stop("wrong prices")).reason())
        .isEqualTo("stopped: wrong prices");
    var changed = after(primary(1), new Stop(""), primary(2), canary(3, 5), new RollBack(""));
    assertThat(changed.stopped()).isTrue();
    assertThat(decide(changed, new Resume("found it"), NOW).stopped()).isFalse();
    refused(ReleaseConflict.class, primary(1), new Stop(""), new Stop(""));
    refused(ReleaseConflict.class, primary(1), new Resume(""));
  }

  @Test
  void deployPrimary_first_takesAll() {
    assertThat(split(after(primary(1)))).containsExactly("PRIMARY 1 100");
  }

  @Test
  void deployPrimary_replacing_keepsTheFormerAsFallback() {
    assertThat(split(after(primary(1), primary(2))))
        .containsExactly("PRIMARY 2 100", "FALLBACK 1 0");
  }

  @Test
  void deployPrimary_again_isRefused() {
    refused(ReleaseConflict.class, primary(1), primary(1));
  }

  @Test
  void deployPrimary_whileACanaryRuns_isRefused() {
    refused(ReleaseConflict.class, primary(1), canary(2, 20), primary(3));
  }

  @Test
  void deployCanary_splitsTheTraffic() {
    assertThat(split(after(primary(1), canary(2, 20))))
        .containsExactly("PRIMARY 1 80", "CANARY 2 20");
  }

  @Test
  void deployCanary_withoutAPrimary_isRefused() {
    refused(ReleaseConflict.class, canary(2, 20));
  }

  @Test
  void deployCanary_ofThePrimary_isRefused() {
    refused(ReleaseConflict.class, primary(1), canary(1, 20));
  }

  @Test
  void deployCanary_besideAnother_isRefused() {
    refused(ReleaseConflict.class, primary(1), canary(2, 20), canary(3, 20));
  }

  @Test
  void deployCanary_ofTheSameVersion_changesItsShareAndKeepsItsStart() {
    var canary = after(primary(1), canary(2, 20));
    var later = decide(canary, canary(2, 50), NOW.plusSeconds(60));
    assertThat(split(later)).containsExactly("PRIMARY 1 50", "CANARY 2 50");
    assertThat(later.canary())
        .hasValueSatisfying(trial -> assertThat(trial.since()).isEqualTo(NOW));
  }

  @Test
  void deployCanary_ofTheShadow_endsTheShadow() {
    assertThat(split(after(primary(1), shadow(2, 100), canary(2, 20))))
        .containsExactly("PRIMARY 1 80", "CANARY 2 20");
  }

  @Test
  void deployShadow_replacesTheFormerShadow() {
    assertThat(split(after(primary(1), shadow(2, 100), shadow(3, 10))))
        .containsExactly("PRIMARY 1 100", "SHADOW 3 10");
  }

  @Test
  void deployShadow_ofTheCanary_isRefused() {
    refused(ReleaseConflict.class, primary(1), canary(2, 20), shadow(2, 10));
  }

  @Test
  void promoteCanary_makesItThePrimary() {
    var release = after(primary(1), canary(2, 20), new PromoteCanary("auc 0.67"));
    assertThat(split(release)).containsExactly("PRIMARY 2 100", "FALLBACK 1 0");
    assertThat(release.canary()).isEmpty();
    assertThat(release.reason()).isEqualTo("canary promoted: auc 0.67");
  }

  @Test
  void promoteCanary_withoutOne_isRefused() {
    refused(NoCanary.class, primary(1), new PromoteCanary(""));
  }

  @Test
  void rollBack_takesTheCanaryOutFirst() {
    var release = after(primary(1), primary(2), canary(3, 20), new RollBack(""));
    assertThat(split(release)).containsExactly("PRIMARY 2 100", "FALLBACK 1 0");
    assertThat(release.canary()).isEmpty();
  }

  @Test
  void rollBack_withoutACanary_goesBackToTheFallback() {
    assertThat(split(after(primary(1), primary(2), new RollBack(""))))
        .containsExactly("PRIMARY 1 100");
  }

  @Test
  void rollBack_withNowhereToGo_isRefused() {
    refused(NoFallback.class, primary(1), new RollBack(""));
  }

  static LongStream seeds() {
    return LongStream.range(0, 50);
  }

  /// Whatever is asked in whatever order, a release that results makes sense.
  @ParameterizedTest
  @MethodSource("seeds")
  void decide_ofAnything_keepsTheInvariants(long seed) {
    var random = new Random(seed);
    Release release = null;
    for (int step = 0; step < 60; step++) {
      var command = anyCommand(random);
      try {
        release = decide(release, command, NOW.plusSeconds(step));
        assertSound(release);
      } catch (FailureException refused) {
        assertThat(refused.failure())
            .as("seed %d, step %d, %s", seed, step, command)
            .isInstanceOfAny(ReleaseConflict.class, NoCanary.class, NoFallback.class);
      }
    }
  }

  private static ReleaseCommand anyCommand(Random random) {
    int version = 1 + random.nextInt(4);
    return switch (random.nextInt(9)) {
      case 0 -> primary(version);
      case 1 -> canary(version, 1 + random.nextInt(99));
      case 2 -> shadow(version, 1 + random.nextInt(100));
      case 3 -> new PromoteCanary("");
      case 4 -> bandit(version, 1 + random.nextInt(99));
      case 7 -> new Adjust(1 + random.nextInt(99), "");
      case 5 -> new Stop("");
      case 6 -> new Resume("");
      default -> new RollBack("");
    };
  }

  private static void assertSound(Release release) {
    assertThat(release.playing(Variant.PRIMARY)).isPresent();
    assertThat(release.targets()).extracting(TrafficTarget::variant).doesNotHaveDuplicates();
    assertThat(share(release, Variant.PRIMARY) + share(release, Variant.CANARY)).isEqualTo(100);
    assertThat(share(release, Variant.PRIMARY)).isPositive();
    assertThat(share(release, Variant.FALLBACK)).isZero();
    assertThat(release.canary().isPresent()).isEqualTo(release.playing(Variant.CANARY).isPresent());
    assertThat(release.bandit().isEmpty() || release.canary().isPresent()).isTrue();
    var open =
        release.targets().stream()
            .filter(target -> target.variant() != Variant.FALLBACK)
            .map(target -> target.version().name());
    assertThat(open).doesNotHaveDuplicates();
  }

  private static int share(Release release, Variant variant) {
    return release.targets().stream()
        .filter(target -> target.variant() == variant)
        .mapToInt(TrafficTarget::percent)
        .sum();
  }

  private static void refused(Class<?> failure, ReleaseCommand... commands) {
    assertThatThrownBy(() -> after(commands))
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.failure()).isInstanceOf(failure));
  }

  private static Release after(ReleaseCommand... commands) {
    Release release = null;
    for (var command : commands) {
      release = decide(release, command, NOW);
    }
    return Objects.requireNonNull(release);
  }

  private static Release decide(@Nullable Release current, ReleaseCommand command, Instant now) {
    var plan = ReleasePlan.decide("m", current, command, now);
    return new Release(
        "m",
        1,
        plan.targets(),
        plan.canary(),
        plan.bandit(),
        plan.stopped(),
        now,
        "ada",
        plan.reason());
  }

  private static List<String> split(Release release) {
    return release.targets().stream()
        .map(
            target ->
                "%s %d %d"
                    .formatted(
                        target.variant(), target.version().name().number(), target.percent()))
        .toList();
  }

  private static Deploy primary(long number) {
    return new Deploy(version(number), Variant.PRIMARY, 0, Optional.empty(), Optional.empty());
  }

  private static Deploy canary(long number, int percent) {
    return new Deploy(
        version(number), Variant.CANARY, percent, Optional.of(CRITERIA), Optional.empty());
  }

  private static Deploy bandit(long number, int percent) {
    return new Deploy(
        version(number), Variant.CANARY, percent, Optional.of(CRITERIA), Optional.of(BANDIT));
  }

  private static Deploy shadow(long number, int percent) {
    return new Deploy(version(number), Variant.SHADOW, percent, Optional.empty(), Optional.empty());
  }

  private static ModelVersion version(long number) {
    return new ModelVersion(
        new VersionName("m", number),
        "",
        Stage.PRODUCTION,
        Optional.of(new ArtifactDigest("0".repeat(64))),
        Optional.empty(),
        new Signature(List.of(), List.of()),
        "",
        Optional.empty(),
        ServingConfig.NONE,
        new Profile(ByteString.EMPTY),
        Map.of(),
        List.of(),
        Map.of(),
        Optional.empty(),
        NOW,
        "ada",
        1);
  }
}
