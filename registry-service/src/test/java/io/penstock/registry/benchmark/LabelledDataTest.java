package io.penstock.registry.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.registry.artifact.ArtifactDigest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LabelledDataTest {

  private static final ArtifactDigest DATA = new ArtifactDigest("a".repeat(64));

  @Test
  void read_takesCsvAsSpreadsheetsWriteIt() {
    var data = read("\"dep, hour\",late\r\n\"7\",1\r\n\"a \"\"b\"\"\nc\",0\r\n");
    assertThat(data.labels()).containsExactly(1, 0);
    assertThat(data.columnsBut("late")).containsExactly("dep, hour");
    assertThat(data.hasClasses()).isTrue();
  }

  @Test
  void read_ofOneClass_hasNoClasses() {
    assertThat(read("late\n1\n1").hasClasses()).isFalse();
    assertThat(read("late\n0\n2").hasClasses()).isFalse();
  }

  @Test
  void read_ofWhatMeasuresNothing_saysWhy() {
    assertUnfit("", "it is empty");
    assertUnfit("hour\n1", "'late' among them");
    assertUnfit("late\n1", "1 rows, expected 2 or more");
    assertUnfit("hour,late\n1,0\n1", "row 2 has 1 fields, expected 2");
    assertUnfit("late\n1\nyes", "the label of row 2 is no number");
    assertUnfit("late\n1\nNaN", "the label of row 2 is no number");
    assertUnfit("late\n" + "1\n".repeat(LabelledData.MOST_ROWS + 1), "more than 50000 rows");
    assertThatThrownBy(() -> LabelledData.read(DATA, ByteBuffer.wrap(new byte[] {-1}), "late"))
        .hasMessageContaining("not UTF-8");
  }

  private static void assertUnfit(String csv, String why) {
    assertThatThrownBy(() -> read(csv)).hasMessageContaining(why);
  }

  private static LabelledData read(String csv) {
    return LabelledData.read(DATA, ByteBuffer.wrap(csv.getBytes(StandardCharsets.UTF_8)), "late");
  }
}
