package io.penstock.monitoring.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EffectSizeTest {

  @Test
  void jsDistance_ofAlikeSamples_isZero() {
    var effect =
        EffectSize.of(new BinnedSamples(new long[] {10, 20, 30}, new long[] {100, 200, 300}));

    assertThat(effect.jsDistance()).isCloseTo(0, within(1e-9));
    assertThat(effect.psi()).isCloseTo(0, within(1e-3));
  }

  @Test
  void jsDistance_ofDisjointSamples_isOne() {
    var effect = EffectSize.of(new BinnedSamples(new long[] {100, 0}, new long[] {0, 7}));

    assertThat(effect.jsDistance()).isCloseTo(1, within(1e-12));
    assertThat(effect.psi()).isFinite();
  }

  // Two fair and biased coins: JSD(0.5, 0.9) = H(0.7) - (H(0.5) + H(0.9)) / 2 bits.
  @Test
  void jsDistance_followsItsDefinition() {
    double expected = Math.sqrt(entropy(0.7) - (entropy(0.5) + entropy(0.9)) / 2);

    var effect = EffectSize.of(new BinnedSamples(new long[] {50, 50}, new long[] {90, 10}));

    assertThat(effect.jsDistance()).isCloseTo(expected, within(1e-12));
  }

  @Test
  void psi_followsItsDefinition() {
    double expected = (0.9 - 0.5) * Math.log(0.9 / 0.5) + (0.1 - 0.5) * Math.log(0.1 / 0.5);

    var effect =
        EffectSize.of(
            new BinnedSamples(new long[] {500_000, 500_000}, new long[] {900_000, 100_000}));

    assertThat(effect.psi()).isCloseTo(expected, within(1e-4));
  }

  private static double entropy(double p) {
    return -(p * Math.log(p) + (1 - p) * Math.log(1 - p)) / Math.log(2);
  }
}
