package io.penstock.monitoring.version;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.proto.registry.v1.ColumnProfile;
import io.penstock.proto.registry.v1.DatasetProfile;
import io.penstock.proto.registry.v1.Histogram;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class BaselineTest {

  private static BaselineColumn histogram(Double... edges) {
    var histogram = Histogram.newBuilder().addAllEdges(List.of(edges));
    for (int i = 0; i <= edges.length; i++) {
      histogram.addCounts(10);
    }
    return column(ColumnProfile.newBuilder().setName("x").setHistogram(histogram).build());
  }

  private static BaselineColumn column(ColumnProfile profile) {
    var baseline = Baselines.of(DatasetProfile.newBuilder().addColumns(profile).build());
    return Objects.requireNonNull(baseline.column("x"));
  }

  @Test
  void bin_ofANumber_isClosedAbove() {
    var column = histogram(0.0, 1.0, 2.0);

    assertThat(column.bin(-5)).isZero();
    assertThat(column.bin(0)).isZero();
    assertThat(column.bin(0.5)).isEqualTo(1);
    assertThat(column.bin(1)).isEqualTo(1);
    assertThat(column.bin(2.5)).isEqualTo(3);
    assertThat(column.bin(Double.POSITIVE_INFINITY)).isEqualTo(3);
    assertThat(column.bin(Double.NEGATIVE_INFINITY)).isZero();
    assertThat(column.bin(Double.NaN)).isEqualTo(-1);
  }

  @Test
  void bin_ofAFloatThatWasItsEdge_staysBelowTheEdge() {
    for (double edge : new double[] {0.1, 0.2, 0.7, 1.1, -0.3, 123.456, 1e-9, 7e12}) {
      var column = histogram(edge, edge + Math.max(1, Math.abs(edge)));

      assertThat(column.bin((float) edge)).as("edge %s", edge).isZero();
      assertThat(column.bin(edge)).isZero();
      assertThat(column.bin(edge + Math.abs(edge) * 1e-5)).isEqualTo(1);
    }
  }

  @Test
  void bin_withEdgesCloserThanAFloatTells_keepsThemApart() {
    var column = histogram(1_000_000_000.0, 1_000_000_001.0);

    assertThat(column.bin(1_000_000_000.0)).isZero();
    assertThat(column.bin(1_000_000_001.0)).isEqualTo(1);
    assertThat(column.bin(1_000_000_002.0)).isEqualTo(1);
    assertThat(column.bin(1_000_001_000.0)).isEqualTo(2);
  }

  @Test
  void bin_ofACategory_knowsOthersAndMissing() {
    var column = column(Baselines.categorical("x", Map.of("a", 5L, "b", 7L, "3", 1L)));

    assertThat(column.bins()).isEqualTo(4);
    assertThat(column.counts()).containsExactly(1, 5, 7, 0);
    assertThat(column.bin("b")).isEqualTo(2);
    assertThat(column.bin("never seen")).isEqualTo(3);
    assertThat(column.bin("")).isEqualTo(-1);
    assertThat(column.bin(3.0)).isZero();
    assertThat(column.bin(3.5)).isEqualTo(3);
  }

  @Test
  void fromProto_withAnImpossibleHistogram_leavesTheColumnOut() {
    var broken =
        ColumnProfile.newBuilder()
            .setName("x")
            .setHistogram(Histogram.newBuilder().addEdges(2).addEdges(1).addCounts(1))
            .build();

    assertThat(Baselines.of(DatasetProfile.newBuilder().addColumns(broken).build()).columns())
        .isEmpty();
  }
}
