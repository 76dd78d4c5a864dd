package io.penstock.gateway.oip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.KitFailure.InvalidFields;
import io.penstock.proto.oip.InferParameter;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferResponse;
import io.penstock.proto.oip.ModelInferResponse.InferOutputTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InferJsonTest {

  private static ModelInferRequest read(String json) {
    return InferJson.read(json).build();
  }

  private static String tensor(String datatype, String shape, String data) {
    return """
        {"inputs":[{"name":"x","shape":%s,"datatype":"%s","data":%s}]}"""
        .formatted(shape, datatype, data);
  }

  private static void assertRefused(String json, String field) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOfSatisfying(
            FailureException.class,
            e ->
                assertThat(((InvalidFields) e.failure()).violations())
                    .anySatisfy(it -> assertThat(it.field()).isEqualTo(field)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[[1,2],[3,4]]", "[1,2,3,4]", "[1.0, 2e0, 3, 4.0]"})
  void read_nestedOrFlat(String data) {
    ByteBuffer bytes =
        read(tensor("FP32", "[2,2]", data))
            .getRawInputContents(0)
            .asReadOnlyByteBuffer()
            .order(ByteOrder.LITTLE_ENDIAN);
    assertThat(new float[] {bytes.getFloat(), bytes.getFloat(), bytes.getFloat(), bytes.getFloat()})
        .containsExactly(1, 2, 3, 4);
  }

  @Test
  void read_membersInAnyOrder() {
    ModelInferRequest request =
        read(
            """
            {"inputs":[{"data":["ATL","DFW"],"datatype":"BYTES","shape":[2],"name":"origin"}],"id":"7","parameters":{"a":1,"b":1.5,"c":"s","d":true}}""");
    assertThat(request.getRawInputContents(0))
        .isEqualTo(
            ByteString.copyFrom(new byte[] {3, 0, 0, 0, 'A', 'T', 'L', 3, 0, 0, 0, 'D', 'F', 'W'}));
    assertThat(request.getId()).isEqualTo("7");
    assertThat(request.getParametersMap())
        .containsEntry("a", InferParameter.newBuilder().setInt64Param(1).build())
        .containsEntry("b", InferParameter.newBuilder().setDoubleParam(1.5).build())
        .containsEntry("c", InferParameter.newBuilder().setStringParam("s").build())
        .containsEntry("d", InferParameter.newBuilder().setBoolParam(true).build());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FP32|[2]|[1]",
        "FP32|[2]|[1,2,3]",
        "FP32|[2,2]|[[1,2],[3]]",
        "FP32|[4]|[[1,2],[3,4]]",
        "FP32|[2,2]|[[1,2],3,4]",
        "FP32|[1]|[\"1\"]",
        "FP32|[1]|[null]",
        "FP32|[1]|[1e39]",
        "INT8|[1]|[128]",
        "UINT8|[1]|[-1]",
        "INT32|[1]|[1.5]",
        "INT64|[1]|[9223372036854775808]",
        "UINT64|[1]|[18446744073709551616]",
        "BOOL|[1]|[2]",
        "BYTES|[1]|[1]",
        "FP32|[1]|5",
        "FP32|[4294967296,4294967296]|[]",
        "FP64|[9223372036854775807,2]|[1]",
      })
  void read_dataThatDoesNotFit(String datatype, String shape, String data) {
    assertRefused(tensor(datatype, shape, data), "inputs[0].data");
  }

  @Test
  void read_namesTheFieldThatIsWrong() {
    assertRefused("{}", "inputs");
    assertRefused("[]", "body");
    assertRefused("{\"inputs\":[", "body");
    assertRefused("{\"inputs\":[]} x", "body");
    assertRefused(
        "{\"inputs\":[{\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}]}", "inputs[0].name");
    assertRefused(
        "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"data\":[1]}]}", "inputs[0].shape");
    assertRefused(
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\"}]}", "inputs[0].data");
    assertRefused(
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"data\":[1]}]}", "inputs[0].datatype");
    assertRefused(tensor("FP16", "[1]", "[1]"), "inputs[0].datatype");
    assertRefused(tensor("FP32", "[-1]", "[1]"), "inputs[0].shape");
    assertRefused("{\"inputs\":[],\"colour\":1}", "colour");
    assertRefused("{\"inputs\":[],\"outputs\":[{}]}", "outputs[0].name");
  }

  @Test
  void read_emptyTensor() {
    assertThat(read(tensor("FP32", "[0,3]", "[]")).getRawInputContents(0).isEmpty()).isTrue();
  }

  @Test
  void roundTrip_everyDatatype() {
    for (Datatype type : Datatype.values()) {
      String data =
          switch (type) {
            case BOOL -> "[true,false]";
            case BYTES -> "[\"é\",\"\"]";
            case UINT64 -> "[18446744073709551615,0]";
            case INT64 -> "[-9223372036854775808,1]";
            case FP32, FP64 -> "[0.1,-2.5]";
            default -> "[7,1]";
          };
      ModelInferRequest request = read(tensor(type.name(), "[2]", data));
      ModelInferResponse response =
          ModelInferResponse.newBuilder()
              .addOutputs(
                  InferOutputTensor.newBuilder().setName("y").setDatatype(type.name()).addShape(2))
              .addRawOutputContents(request.getRawInputContents(0))
              .build();
      assertThat(InferAnswer.write(response)).contains("\"data\":" + data);
    }
  }

  @Test
  void read_randomText_isRefusedOrRead() {
    long seed = 20011;
    Random random = new Random(seed);
    String valid = tensor("FP32", "[2,2]", "[[1,2],[3,4]]");
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder(valid);
      for (int edits = random.nextInt(4) + 1; edits > 0; edits--) {
        text.setCharAt(
            random.nextInt(text.length()),
            "{}[]\",:0123456789.eE-+ntfx \\u".charAt(random.nextInt(29)));
      }
      try {
        read(text.toString());
      } catch (FailureException expected) {
        assertThat(expected.failure())
            .as("seed %d, text %s", seed, text)
            .isInstanceOf(InvalidFields.class);
      }
    }
  }
}
