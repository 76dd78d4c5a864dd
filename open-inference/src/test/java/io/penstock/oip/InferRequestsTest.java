package io.penstock.oip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.KitFailure.InvalidFields;
import io.penstock.proto.oip.InferParameter;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelMetadataResponse;
import io.penstock.proto.oip.ModelMetadataResponse.TensorMetadata;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InferRequestsTest {

  private static final InferTarget TARGET = new InferTarget("m", "");

  static ModelInferRequest read(String json) {
    return InferRequests.read(TARGET, json.getBytes(StandardCharsets.UTF_8), _ -> null);
  }

  static Headers jsonLength(int length) {
    return name -> name.equals(Headers.JSON_LENGTH) ? Integer.toString(length) : null;
  }

  static ModelInferRequest readBinary(String json, int... bytes) {
    byte[] head = json.getBytes(StandardCharsets.UTF_8);
    byte[] body = Arrays.copyOf(head, head.length + bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      body[head.length + i] = (byte) bytes[i];
    }
    return InferRequests.read(TARGET, body, jsonLength(head.length));
  }

  static String tensor(String datatype, String shape, String data) {
    return """
        {"inputs":[{"name":"x","shape":%s,"datatype":"%s","data":%s}]}"""
        .formatted(shape, datatype, data);
  }

  static String binary(String datatype, String shape, String size) {
    return """
        {"inputs":[{"name":"x","shape":%s,"datatype":"%s","parameters":{"binary_data_size":%s}}]}"""
        .formatted(shape, datatype, size);
  }

  private static void assertRefused(Runnable reading, String field) {
    assertThatThrownBy(reading::run)
        .isInstanceOfSatisfying(
            FailureException.class,
            e ->
                assertThat(((InvalidFields) e.failure()).violations())
                    .anySatisfy(it -> assertThat(it.field()).isEqualTo(field)));
  }

  private static void assertRefused(String json, String field) {
    assertRefused(() -> read(json), field);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[[1,2],[3,4]]", "[1,2,3,4]", "[1.0, 2e0, 3, 4.0]", " [ [ 1 ,2], [3, 4] ] "})
  void read_nestedOrFlat(String data) {
    ByteBuffer bytes =
        read(tensor("FP32", "[2,2]", data))
            .getRawInputContents(0)
            .asReadOnlyByteBuffer()
            .order(ByteOrder.LITTLE_ENDIAN);
    assertThat(new float[] {bytes.getFloat(), bytes.getFloat(), bytes.getFloat(), bytes.getFloat()})
        .containsExactly(1, 2, 3, 4);
    assertThat(bytes.hasRemaining()).isFalse();
  }

  @Test
  void read_membersInAnyOrder() {
    ModelInferRequest request =
        read(
            """
            {"inputs":[{"data":["ATL","DFW"],"datatype":"BYTES","shape":[2],"name":"origin"}],"id":"7",
             "parameters":{"a":1,"b":1.5,"c":"s","d":true,"e":18446744073709551615,"f":null,"g":-9223372036854775808}}""");
    assertThat(request.getModelName()).isEqualTo("m");
    assertThat(request.getRawInputContents(0))
        .isEqualTo(
            ByteString.copyFrom(new byte[] {3, 0, 0, 0, 'A', 'T', 'L', 3, 0, 0, 0, 'D', 'F', 'W'}));
    assertThat(request.getId()).isEqualTo("7");
    assertThat(request.getParametersMap())
        .containsEntry("a", InferParameter.newBuilder().setInt64Param(1).build())
        .containsEntry("b", InferParameter.newBuilder().setDoubleParam(1.5).build())
        .containsEntry("c", InferParameter.newBuilder().setStringParam("s").build())
        .containsEntry("d", InferParameter.newBuilder().setBoolParam(true).build())
        .containsEntry("e", InferParameter.newBuilder().setUint64Param(-1).build())
        .containsEntry("g", InferParameter.newBuilder().setInt64Param(Long.MIN_VALUE).build())
        .doesNotContainKey("f");
  }

  @Test
  void read_texts() {
    assertThat(read(tensor("BYTES", "[2,1]", "[[\"\\u00e9\\n\"],[\"😀\"]]")).getRawInputContents(0))
        .isEqualTo(
            ByteString.copyFrom(new byte[] {3, 0, 0, 0})
                .concat(ByteString.copyFromUtf8("é\n"))
                .concat(ByteString.copyFrom(new byte[] {4, 0, 0, 0}))
                .concat(ByteString.copyFromUtf8("😀")));
  }

  @Test
  void read_unknownMembersArePassedOver() {
    ModelInferRequest request =
        read(
            """
            {"colour":{"a":[1,{}]},"outputs":[{"name":"y","more":null}],
             "inputs":[{"name":"x","shape":[1],"extra":[[]],"datatype":"INT8","data":[1]}],"z":"\\u00e9"}""");
    assertThat(request.getInputsCount()).isEqualTo(1);
    assertThat(request.getOutputs(0).getName()).isEqualTo("y");
  }

  @Test
  void read_nullsOfOptionalMembers() {
    ModelInferRequest request =
        read(
            """
            {"id":null,"parameters":null,"outputs":null,
             "inputs":[{"name":"x","shape":[1],"datatype":"INT8","parameters":null,"data":[1]}]}""");
    assertThat(request.getInputsCount()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FP32|[2]|[1]",
        "FP32|[2]|[1,2,3]",
        "FP32|[1,128]|[1]",
        "FP32|[2,2]|[[1,2],[3]]",
        "FP32|[4]|[[1,2],[3,4]]",
        "FP32|[2,2]|[[1,2],3,4]",
        "FP32|[2,2]|[1,[2,3],4]",
        "FP32|[2,1,1]|[[1],[[2]]]",
        "FP32|[2,2,1]|[[1,2],[3,4]]",
        "FP32|[1]|[\"1\"]",
        "FP32|[1]|[null]",
        "FP32|[1]|[true]",
        "FP32|[1]|[{}]",
        "FP32|[1]|[1e39]",
        "FP64|[1]|[1e309]",
        "INT8|[1]|[128]",
        "UINT8|[1]|[-1]",
        "INT32|[1]|[1.5]",
        "INT32|[1]|[1e999999999]",
        "INT64|[1]|[9223372036854775808]",
        "UINT64|[1]|[18446744073709551616]",
        "BOOL|[1]|[2]",
        "BOOL|[1]|[\"true\"]",
        "BYTES|[1]|[1]",
        "BYTES|[1]|[[[\"a\"]]]",
        "FP32|[1]|5",
        "FP32|[]|[]",
        "FP32|[4294967296,4294967296]|[]",
        "FP64|[9223372036854775807,2]|[1]",
        "FP32|[2305843009213693952,4,2]|[]",
      })
  void read_dataThatDoesNotFit(String datatype, String shape, String data) {
    assertRefused(tensor(datatype, shape, data), "inputs[0].data");
    String dataFirst =
        """
        {"inputs":[{"data":%s,"name":"x","shape":%s,"datatype":"%s"}]}"""
            .formatted(data, shape, datatype);
    assertRefused(dataFirst, "inputs[0].data");
  }

  @Test
  void read_namesTheFieldThatIsWrong() {
    assertRefused("{}", "inputs");
    assertRefused("{\"inputs\":null}", "inputs");
    assertRefused("[]", "body");
    assertRefused("", "body");
    assertRefused("{\"inputs\":[", "body");
    assertRefused("{\"inputs\":[]} x", "body");
    assertRefused("{\"inputs\":[],\"inputs\":[]}", "inputs");
    assertRefused(
        "{\"inputs\":[{\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}]}", "inputs[0].name");
    assertRefused(
        "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"data\":[1]}]}", "inputs[0].shape");
    assertRefused(
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\"}]}", "inputs[0].data");
    assertRefused(
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"data\":[1]}]}", "inputs[0].datatype");
    assertRefused(
        "{\"inputs\":[{\"name\":\"x\",\"name\":\"x\",\"shape\":[1],\"datatype\":\"INT8\",\"data\":[1]}]}",
        "inputs[0]");
    assertRefused(tensor("FP16", "[1]", "[1]"), "inputs[0].datatype");
    assertRefused(tensor("FP33", "[1]", "[1]"), "inputs[0].datatype");
    assertRefused(tensor("FP32", "[-1]", "[1]"), "inputs[0].shape");
    assertRefused(tensor("FP32", "[1.5]", "[1]"), "inputs[0].shape");
    assertRefused("{\"inputs\":[],\"colour\":nothing}", "body");
    assertRefused("{\"inputs\":[],\"outputs\":[{}]}", "outputs[0].name");
    assertRefused("{\"inputs\":[],\"parameters\":{\"a\":[]}}", "parameters.a");
  }

  @Test
  void read_emptyTensors() {
    assertThat(read(tensor("FP32", "[0,3]", "[]")).getRawInputContents(0).isEmpty()).isTrue();
    assertThat(read(tensor("FP32", "[2,0]", "[[],[]]")).getRawInputContents(0).isEmpty()).isTrue();
    assertThat(
            read(tensor("FP32", "[9223372036854775807,0]", "[]")).getRawInputContents(0).isEmpty())
        .isTrue();
    assertThat(readBinary(binary("FP32", "[0,3]", "0")).getRawInputContents(0).isEmpty()).isTrue();
    assertThat(read(tensor("FP32", "[]", "[7]")).getRawInputContents(0).size()).isEqualTo(4);
  }

  @Test
  void read_binaryAndJsonTogether() {
    ModelInferRequest request =
        readBinary(
            """
            {"inputs":[
              {"name":"a","shape":[2],"datatype":"INT16","parameters":{"binary_data_size":4}},
              {"name":"b","shape":[1],"datatype":"INT8","data":[5]},
              {"name":"c","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":11,"k":"v"}},
              {"name":"d","shape":[1],"datatype":"BF16","parameters":{"binary_data_size":2}}]}""",
            1,
            0,
            2,
            0,
            3,
            0,
            0,
            0,
            'a',
            'b',
            'c',
            0,
            0,
            0,
            0,
            0x80,
            0x3F);
    assertThat(request.getRawInputContentsList())
        .extracting(ByteString::size)
        .containsExactly(4, 1, 11, 2);
    assertThat(request.getInputs(2).getParametersMap()).containsOnlyKeys("k");
    assertThat(request.getRawInputContents(3))
        .isEqualTo(ByteString.copyFrom(new byte[] {-128, 63}));
  }

  @Test
  void read_binaryThatDoesNotFit() {
    assertRefused(() -> readBinary(binary("INT16", "[2]", "3"), 1, 2, 3), "inputs[0]");
    assertRefused(() -> readBinary(binary("INT16", "[2]", "2"), 1, 2), "inputs[0]");
    assertRefused(() -> readBinary(binary("INT16", "[1]", "2"), 1, 2, 3), "body");
    assertRefused(
        () -> readBinary(binary("INT16", "[1]", "2"), 1), "inputs[0].parameters.binary_data_size");
    assertRefused(
        () -> readBinary(binary("INT16", "[1]", "-2"), 1, 2),
        "inputs[0].parameters.binary_data_size");
    assertRefused(
        () -> readBinary(binary("INT16", "[1]", "\"2\""), 1, 2),
        "inputs[0].parameters.binary_data_size");
    assertRefused(() -> read(binary("INT16", "[1]", "2")), Headers.JSON_LENGTH);
    assertRefused(() -> readBinary(binary("BYTES", "[2]", "5"), 1, 0, 0, 0, 'a'), "inputs[0]");
    assertRefused(() -> readBinary(binary("BYTES", "[1]", "5"), 2, 0, 0, 0, 'a'), "inputs[0]");
    assertRefused(() -> readBinary(binary("BYTES", "[1]", "4"), 255, 255, 255, 255), "inputs[0]");
    assertRefused(() -> readBinary(binary("BYTES", "[0]", "1"), 1), "inputs[0]");
    assertRefused(
        () ->
            readBinary(
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"INT8\",\"data\":[1],\"parameters\":{\"binary_data_size\":1}}]}",
                1),
        "inputs[0].data");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "99999", "x", "4294967297", "1.5"})
  void read_headerThatIsNoLength(String length) {
    byte[] body = tensor("INT8", "[1]", "[1]").getBytes(StandardCharsets.UTF_8);
    assertRefused(() -> InferRequests.read(TARGET, body, _ -> length), Headers.JSON_LENGTH);
  }

  @Test
  void read_sharedMemoryHasNoData() {
    ModelInferRequest request =
        read(
            """
            {"inputs":[{"name":"x","shape":[1],"datatype":"FP32",
             "parameters":{"shared_memory_region":"r","shared_memory_byte_size":4}}]}""");
    assertThat(request.getRawInputContentsCount()).isZero();
    assertThat(request.getInputs(0).getParametersMap()).containsKey("shared_memory_region");
  }

  @Test
  void read_versionOfThePathWins() {
    byte[] body =
        "{\"model_name\":\"other\",\"model_version\":\"9\",\"inputs\":[]}"
            .getBytes(StandardCharsets.UTF_8);
    assertThat(InferRequests.read(new InferTarget("m", "3"), body, _ -> null))
        .returns("m", ModelInferRequest::getModelName)
        .returns("3", ModelInferRequest::getModelVersion);
    assertThat(InferRequests.read(TARGET, body, _ -> null).getModelVersion()).isEqualTo("9");
  }

  private static ModelMetadataResponse model(String datatype, Long... shape) {
    return ModelMetadataResponse.newBuilder()
        .setName("m")
        .addInputs(
            TensorMetadata.newBuilder()
                .setName("x")
                .setDatatype(datatype)
                .addAllShape(List.of(shape)))
        .build();
  }

  @Test
  void readRaw_shapeFollowsFromTheLength() {
    ModelInferRequest request = InferRequests.readRaw(TARGET, new byte[24], model("FP32", -1L, 3L));
    assertThat(request.getInputs(0).getShapeList()).containsExactly(2L, 3L);
    assertThat(request.getParametersOrThrow("binary_data_output").getBoolParam()).isTrue();
    assertThat(
            InferRequests.readRaw(TARGET, new byte[20], model("FP32", -1L, -1L))
                .getInputs(0)
                .getShapeList())
        .containsExactly(1L, 5L);
    ModelInferRequest text =
        InferRequests.readRaw(TARGET, new byte[] {'h', 'i'}, model("BYTES", -1L));
    assertThat(text.getInputs(0).getShapeList()).containsExactly(1L);
    assertThat(text.getRawInputContents(0))
        .isEqualTo(ByteString.copyFrom(new byte[] {2, 0, 0, 0, 'h', 'i'}));
  }

  @Test
  void readRaw_whatDoesNotFit() {
    assertRefused(
        () -> InferRequests.readRaw(TARGET, new byte[23], model("FP32", -1L, 3L)), "body");
    assertRefused(() -> InferRequests.readRaw(TARGET, new byte[8], model("FP32", 3L)), "body");
    assertRefused(
        () -> InferRequests.readRaw(TARGET, new byte[8], model("FP32", -1L, -1L, -1L)), "body");
    assertRefused(
        () ->
            InferRequests.readRaw(
                TARGET,
                new byte[8],
                model("FP32", 2L).toBuilder()
                    .addInputs(TensorMetadata.getDefaultInstance())
                    .build()),
        "body");
  }

  /// Whatever bytes come in: a request whose tensors fit their shapes goes out, or a refusal that
  /// names a field.
  @Test
  void read_randomBytes_areRefusedOrRead() {
    long seed = 20011;
    Random random = new Random(seed);
    String[] valid = {
      tensor("FP32", "[2,2]", "[[1,2],[3,4.5e-3]]"),
      tensor("BYTES", "[2]", "[\"a\\u00e9\",\"€\"]"),
      "{\"id\":\"1\",\"parameters\":{\"a\":1},\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data\":true}}],\"inputs\":[{\"data\":[[1],[2]],\"shape\":[2,1],\"datatype\":\"INT64\",\"name\":\"x\"}]}",
      binary("INT16", "[2]", "4") + "abcd",
    };
    for (int i = 0; i < 100_000; i++) {
      String text = valid[random.nextInt(valid.length)];
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      for (int edits = random.nextInt(5); edits > 0; edits--) {
        body = mutated(random, body);
      }
      int length = text.endsWith("abcd") ? body.length - 4 + random.nextInt(3) - 1 : body.length;
      byte[] given = body;
      try {
        assertSound(InferRequests.read(TARGET, given, jsonLength(length)));
      } catch (FailureException expected) {
        assertThat(expected.failure())
            .as("seed %d, round %d, text %s", seed, i, new String(given, StandardCharsets.UTF_8))
            .isInstanceOf(InvalidFields.class);
      }
    }
  }

  private static byte[] mutated(Random random, byte[] body) {
    byte[] copy = body.clone();
    int at = random.nextInt(Math.max(1, copy.length));
    switch (random.nextInt(5)) {
      case 0 -> copy[at] = (byte) random.nextInt();
      case 1, 2 -> copy[at] = (byte) "{}[]\",:0123456789.eE-+ntfx \\u".charAt(random.nextInt(29));
      case 3 -> {
        return Arrays.copyOf(copy, Math.max(1, at));
      }
      default -> {
        int from = random.nextInt(copy.length);
        int length = Math.min(random.nextInt(8), copy.length - Math.max(at, from));
        System.arraycopy(body, from, copy, at, length);
      }
    }
    return copy;
  }

  private static void assertSound(ModelInferRequest request) {
    for (int i = 0; i < request.getInputsCount(); i++) {
      var input = request.getInputs(i);
      if (input.containsParameters("shared_memory_region")) {
        return;
      }
      long elements = input.getShapeList().stream().reduce(1L, Math::multiplyExact);
      int width = Datatype.valueOf(input.getDatatype()).width();
      ByteString raw = request.getRawInputContents(i);
      if (width > 0) {
        assertThat((long) raw.size()).isEqualTo(elements * width);
      } else {
        assertThat((long) raw.size()).isGreaterThanOrEqualTo(elements * 4);
      }
    }
  }
}
