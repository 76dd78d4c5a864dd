package io.penstock.demo.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.penstock.proto.registry.v1.ColumnProfile;
import io.penstock.proto.registry.v1.DatasetProfile;
import io.penstock.proto.registry.v1.Histogram;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProfilesTest {

  @Test
  void of_continuousColumn() {
    double[] values = new Random(3).doubles(10_000).toArray();
    Histogram histogram = Profiles.of("x", values).getHistogram();
    assertThat(histogram.getEdgesList()).hasSize(19).isSorted().doesNotHaveDuplicates();
    assertThat(histogram.getCountsList())
        .hasSize(20)
        .allSatisfy(n -> assertThat(n).isBetween(499L, 502L));
  }

  @Test
  void of_fewValues_givesEachItsBin() {
    double[] values = IntStream.range(0, 700).mapToDouble(i -> 1 + i % 7).toArray();
    ColumnProfile profile = Profiles.of("day_of_week", values);
    assertThat(profile.getHistogram().getEdgesList()).containsExactly(1., 2., 3., 4., 5., 6.);
    assertThat(profile.getHistogram().getCountsList()).containsOnly(100L).hasSize(7);
    assertThat(profile.getMean()).isEqualTo(4);
    assertThat(profile.getStandardDeviation()).isCloseTo(2, within(.01));
  }

  @Test
  void of_missingAndConstantValues() {
    ColumnProfile profile = Profiles.of("x", new double[] {5, Double.NaN, 5, 5});
    assertThat(profile.getMissing()).isEqualTo(1);
    assertThat(profile.getHistogram().getEdgesCount()).isZero();
    assertThat(profile.getHistogram().getCountsList()).containsExactly(3L);
  }

  @Test
  void of_table_namesItsColumns() {
    float[] values = {1, 10, 2, 20, 3, 30};
    DatasetProfile profile =
        Profiles.of(new TrainingTable(List.of("a", "b"), values, new float[] {0, 1, 0}));
    assertThat(profile.getColumnsList())
        .extracting(ColumnProfile::getName)
        .containsExactly("a", "b");
    assertThat(profile.getColumnsList())
        .extracting(ColumnProfile::getMean)
        .containsExactly(2., 20.);
  }
}
