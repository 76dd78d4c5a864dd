package io.penstock.demo.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class AucTest {

  private static final long SEED = 15;

  @Test
  void of_equalsTheShareOfPairsInOrder() {
    Random random = new Random(SEED);
    for (int round = 0; round < 50; round++) {
      double[] predictions = random.doubles(200).map(p -> Math.round(p * 20) / 20.0).toArray();
      float[] labels = new float[200];
      for (int row = 0; row < labels.length; row++) {
        labels[row] = random.nextDouble() < predictions[row] ? 1 : 0;
      }
      assertThat(Auc.of(predictions, labels))
          .isCloseTo(pairsInOrder(predictions, labels), within(1e-12));
    }
  }

  @Test
  void of_perfectAndConstantPredictions() {
    float[] labels = {0, 1, 0, 1};
    assertThat(Auc.of(new double[] {.1, .9, .2, .8}, labels)).isEqualTo(1);
    assertThat(Auc.of(new double[] {.5, .5, .5, .5}, labels)).isEqualTo(.5);
  }

  @Test
  void of_oneClassMissing() {
    assertThat(Auc.of(new double[] {.1, .9}, new float[] {0, 0})).isNaN();
  }

  private static double pairsInOrder(double[] predictions, float[] labels) {
    double inOrder = 0;
    double pairs = 0;
    for (int late = 0; late < labels.length; late++) {
      for (int punctual = 0; punctual < labels.length; punctual++) {
        if (labels[late] == 1 && labels[punctual] == 0) {
          pairs++;
          inOrder += (Math.signum(predictions[late] - predictions[punctual]) + 1) / 2;
        }
      }
    }
    return inOrder / pairs;
  }
}
