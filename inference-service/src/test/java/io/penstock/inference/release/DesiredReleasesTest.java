package io.penstock.inference.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.inference.release.DesiredReleases.Message;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DesiredReleasesTest {

  private final DesiredReleases desired =
      new DesiredReleases(Map.of("old", new WantedRelease("old", 7, List.of(), false)));

  @Test
  void archived_isWantedUntilTheRegistrySpeaks() {
    assertThat(desired.releases()).containsKey("old");
    assertThat(desired.resume()).as("told from the beginning").isZero();
    assertThat(desired.take(release("new", 1))).as("half of the past is no news").isFalse();
    assertThat(desired.releases()).containsOnlyKeys("old");
    assertThat(desired.take(synced(9))).isTrue();
    assertThat(desired.releases()).containsOnlyKeys("new");
  }

  @Test
  void resume_afterTheLastRevisionHeard() {
    desired.resume();
    desired.take(synced(9));
    assertThat(desired.take(release("new", 10))).isTrue();
    assertThat(desired.resume()).isEqualTo(10);
    desired.take(release("new", 11));
    desired.take(synced(11));
    assertThat(desired.releases())
        .hasEntrySatisfying("new", release -> assertThat(release.revision()).isEqualTo(11));
  }

  @Test
  void brokenRetelling_beginsAnew() {
    desired.resume();
    desired.take(release("new", 5));
    assertThat(desired.resume()).isZero();
    assertThat(desired.releases()).containsOnlyKeys("old");
  }

  @Test
  void registrySetUpAnew_isToldFromTheBeginning() {
    desired.resume();
    desired.take(synced(9));
    desired.resume();
    assertThatThrownBy(() -> desired.take(synced(2))).hasMessageContaining("earlier revision");
    assertThat(desired.resume()).isZero();
  }

  private static Message release(String model, long revision) {
    var release = new WantedRelease(model, revision, List.of(), false);
    return new Message(Optional.of(release), revision, false);
  }

  private static Message synced(long revision) {
    return new Message(Optional.empty(), revision, true);
  }
}
