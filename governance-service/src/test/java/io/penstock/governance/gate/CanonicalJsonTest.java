package io.penstock.governance.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import org.junit.jupiter.api.Test;

class CanonicalJsonTest {

  @Test
  void of_sortsKeysAndWritesPlainly() throws Exception {
    assertThat(canonical("{\"b\": [1.0, true, null, \"x\"], \"a\": {\"z\": -0.0, \"y\": 1e-7}}"))
        .isEqualTo("{\"a\":{\"y\":0.0000001,\"z\":0},\"b\":[1,true,null,\"x\"]}");
  }

  @Test
  void of_escapesWhatJsonMust() throws Exception {
    assertThat(canonical("{\"a\\\"b\": \"line\\nback\\\\slash é\"}"))
        .isEqualTo("{\"a\\\"b\":\"line\\u000aback\\\\slash é\"}");
  }

  @Test
  void number_keepsEveryDouble() {
    for (double number :
        new double[] {0.1, 1 / 3.0, 5e-324, 1.7976931348623157e308, 123456789012345680.0, -2.5}) {
      assertThat(Double.parseDouble(CanonicalJson.number(number))).isEqualTo(number);
    }
    assertThat(CanonicalJson.number(100)).isEqualTo("100");
  }

  @Test
  void of_isAFixedPoint() throws Exception {
    String once = canonical("{\"n\": 0.30000000000000004, \"m\": 1e21, \"k\": [[{}], []]}");
    assertThat(canonical(once)).isEqualTo(once);
  }

  private static String canonical(String json) throws Exception {
    var struct = Struct.newBuilder();
    JsonFormat.parser().merge(json, struct);
    return CanonicalJson.of(struct.build());
  }
}
