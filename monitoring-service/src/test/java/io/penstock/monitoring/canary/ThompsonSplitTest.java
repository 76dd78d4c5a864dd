package io.penstock.monitoring.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.statistics.distribution.BetaDistribution;
import org.junit.jupiter.api.Test;

class ThompsonSplitTest {

  private static final Bandit BANDIT = new Bandit(1, 1, 0.05, Optional.empty());

  @Test
  void of_nothingEarned_splitsEvenly() {
    assertThat(ThompsonSplit.of(BANDIT, new Rewards(0, 0), new Rewards(0, 0)).percent())
        .isEqualTo(50);
  }

  @Test
  void of_equalRewards_splitsEvenly() {
    var split = ThompsonSplit.of(BANDIT, new Rewards(300, 1000), new Rewards(300, 1000));
    assertThat(split.percent()).isEqualTo(50);
  }

  @Test
  void of_aClearWinner_leavesTheLoserItsShare() {
    assertThat(ThompsonSplit.of(BANDIT, new Rewards(600, 1000), new Rewards(300, 1000)).percent())
        .isEqualTo(95);
    assertThat(ThompsonSplit.of(BANDIT, new Rewards(300, 1000), new Rewards(600, 1000)).percent())
        .isEqualTo(5);
  }

  @Test
  void of_theSidesExchanged_isTheOtherShare() {
    var one = new Rewards(31, 100);
    var other = new Rewards(220, 800);
    double better = ThompsonSplit.of(BANDIT, one, other).better();
    assertThat(ThompsonSplit.of(BANDIT, other, one).better()).isCloseTo(1 - better, within(1e-3));
  }

  // The oracle draws what the rule integrates.
  @Test
  void of_anyRewards_isTheChanceThatADrawOfTheCanaryWins() {
    var random = new Random(7);
    for (int i = 0; i < 20; i++) {
      var canary = new Rewards(random.nextInt(40), 40);
      var primary = new Rewards(random.nextInt(160), 160);
      double drawn = drawn(canary, primary, i);
      assertThat(ThompsonSplit.of(BANDIT, canary, primary).better())
          .as("seed %d: %s against %s", i, canary, primary)
          .isCloseTo(drawn, within(0.01));
    }
  }

  private static double drawn(Rewards canary, Rewards primary, long seed) {
    UniformRandomProvider random = new SplittableRandom(seed)::nextLong;
    var ours = beta(canary).createSampler(random);
    var theirs = beta(primary).createSampler(random);
    int wins = 0;
    for (int i = 0; i < 40_000; i++) {
      wins += ours.sample() > theirs.sample() ? 1 : 0;
    }
    return wins / 40_000.0;
  }

  private static BetaDistribution beta(Rewards rewards) {
    return BetaDistribution.of(1 + rewards.sum(), 1 + rewards.count() - rewards.sum());
  }

  // Labels come two rounds after their predictions, as they do in life.
  @Test
  void of_aBetterCanaryRoundByRound_bringsMostRequestsToIt() {
    for (long seed = 0; seed < 50; seed++) {
      var random = new Random(seed);
      var earned = new double[] {0, 0};
      var counted = new double[] {0, 0};
      var late = new int[60][];
      int toCanary = 0;
      for (int round = 0; round < 60; round++) {
        int percent =
            ThompsonSplit.of(
                    BANDIT, new Rewards(earned[1], counted[1]), new Rewards(earned[0], counted[0]))
                .percent();
        late[round] = new int[] {100 - percent, percent};
        toCanary += percent;
        if (round >= 2) {
          earn(late[round - 2], earned, counted, random);
        }
      }
      assertThat(toCanary).as("seed %d", seed).isGreaterThan(60 * 100 * 6 / 10);
    }
  }

  private static void earn(int[] requests, double[] earned, double[] counted, Random random) {
    double[] rates = {0.20, 0.30};
    for (int version = 0; version < 2; version++) {
      counted[version] += requests[version];
      for (int i = 0; i < requests[version]; i++) {
        earned[version] += random.nextDouble() < rates[version] ? 1 : 0;
      }
    }
  }
}
