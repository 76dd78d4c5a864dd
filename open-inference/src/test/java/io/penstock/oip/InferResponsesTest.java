package io.penstock.oip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import io.penstock.kit.failure.FailureException;
import io.penstock.oip.OpenInferenceFailure.OutputHasNoJsonForm;
import io.penstock.proto.oip.InferParameter;
import io.penstock.proto.oip.InferTensorContents;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferRequest.InferRequestedOutputTensor;
import io.penstock.proto.oip.ModelInferResponse;
import io.penstock.proto.oip.ModelInferResponse.InferOutputTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InferResponsesTest {

  private static final ModelInferRequest PLAIN = ModelInferRequest.getDefaultInstance();
  private static final InferParameter YES = InferParameter.newBuilder().setBoolParam(true).build();
  private static final InferParameter NO = InferParameter.newBuilder().setBoolParam(false).build();

  private static ModelInferResponse response(String datatype, long elements, ByteString raw) {
    return ModelInferResponse.newBuilder()
        .setModelName("m")
        .setModelVersion("3")
        .addOutputs(
            InferOutputTensor.newBuilder().setName("y").setDatatype(datatype).addShape(elements))
        .addRawOutputContents(raw)
        .build();
  }

  private static String json(ModelInferResponse response, ModelInferRequest request) {
    HttpBody body = InferResponses.write(response, request);
    int end = body.isBinary() ? body.jsonLength() : body.bytes().length;
    return new String(body.bytes(), 0, end, StandardCharsets.UTF_8);
  }

  @Test
  void write_everyDatatype_roundTrip() {
    for (Datatype type : Datatype.values()) {
      String data =
          switch (type) {
            case FP16, BF16 -> "";
            case BOOL -> "[true,false]";
            case BYTES -> "[\"é\\\"\\n\",\"\"]";
            case UINT64 -> "[18446744073709551615,0]";
            case INT64 -> "[-9223372036854775808,1]";
            case FP32, FP64 -> "[0.1,-2.5]";
            case INT8 -> "[-128,127]";
            case UINT8 -> "[255,1]";
            case UINT16 -> "[65535,1]";
            case UINT32 -> "[4294967295,1]";
            default -> "[7,-1]";
          };
      if (!data.isEmpty()) {
        var request = InferRequestsTest.read(InferRequestsTest.tensor(type.name(), "[2]", data));
        assertThat(json(response(type.name(), 2, request.getRawInputContents(0)), PLAIN))
            .isEqualTo(
                "{\"model_name\":\"m\",\"model_version\":\"3\",\"outputs\":[{\"name\":\"y\",\"datatype\":\"%s\",\"shape\":[2],\"data\":%s}]}",
                type, data);
      }
    }
  }

  @Test
  void write_randomFloats_readBackTheSame() {
    Random random = new Random(3);
    ByteBuffer values = ByteBuffer.allocate(40_000).order(ByteOrder.LITTLE_ENDIAN);
    while (values.hasRemaining()) {
      float value = Float.intBitsToFloat(random.nextInt());
      values.putFloat(Float.isFinite(value) ? value : 1);
    }
    ByteString raw = ByteString.copyFrom(values.array());
    JsonObject answer =
        JsonParser.parseString(json(response("FP32", 10_000, raw), PLAIN)).getAsJsonObject();
    String data = answer.getAsJsonArray("outputs").get(0).getAsJsonObject().get("data").toString();
    var request = InferRequestsTest.read(InferRequestsTest.tensor("FP32", "[10000]", data));
    assertThat(request.getRawInputContents(0)).isEqualTo(raw);
  }

  @Test
  void write_nonFiniteIsNull() {
    ByteBuffer values = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    values.putFloat(Float.NaN).putFloat(Float.POSITIVE_INFINITY).putFloat(1).flip();
    assertThat(json(response("FP32", 3, ByteString.copyFrom(values)), PLAIN))
        .contains("\"data\":[null,null,1.0]");
  }

  @Test
  void write_halfPrecisionNeedsBinary() {
    ModelInferResponse half = response("FP16", 1, ByteString.copyFrom(new byte[2]));
    assertThatThrownBy(() -> InferResponses.write(half, PLAIN))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> assertThat(e.failure()).isEqualTo(new OutputHasNoJsonForm("y", "FP16")));
    ModelInferRequest binary =
        ModelInferRequest.newBuilder().putParameters("binary_data_output", YES).build();
    assertThat(InferResponses.write(half, binary).isBinary()).isTrue();
  }

  @Test
  void write_binaryWhereItIsAsked() {
    ModelInferResponse two =
        response("INT8", 2, ByteString.copyFrom(new byte[] {1, 2})).toBuilder()
            .addOutputs(InferOutputTensor.newBuilder().setName("z").setDatatype("INT8").addShape(1))
            .addRawOutputContents(ByteString.copyFrom(new byte[] {9}))
            .setId("7")
            .build();
    ModelInferRequest request =
        ModelInferRequest.newBuilder()
            .putParameters("binary_data_output", YES)
            .addOutputs(
                InferRequestedOutputTensor.newBuilder()
                    .setName("y")
                    .putParameters("binary_data", NO))
            .addOutputs(InferRequestedOutputTensor.newBuilder().setName("z"))
            .build();
    HttpBody body = InferResponses.write(two, request);
    assertThat(body.contentType()).isEqualTo("application/octet-stream");
    assertThat(json(two, request))
        .isEqualTo(
            "{\"model_name\":\"m\",\"model_version\":\"3\",\"id\":\"7\",\"outputs\":["
                + "{\"name\":\"y\",\"datatype\":\"INT8\",\"shape\":[2],\"data\":[1,2]},"
                + "{\"name\":\"z\",\"datatype\":\"INT8\",\"shape\":[1],\"parameters\":{\"binary_data_size\":1}}]}");
    assertThat(body.bytes()).hasSize(body.jsonLength() + 1).endsWith(9);
  }

  @Test
  void write_typedContentsAndParameters() {
    ModelInferResponse typed =
        ModelInferResponse.newBuilder()
            .putParameters("queue_us", InferParameter.newBuilder().setInt64Param(12).build())
            .putParameters("big", InferParameter.newBuilder().setUint64Param(-1).build())
            .addOutputs(
                InferOutputTensor.newBuilder()
                    .setName("y")
                    .setDatatype("FP32")
                    .addShape(1)
                    .setContents(InferTensorContents.newBuilder().addFp32Contents(0.5f)))
            .build();
    assertThat(json(typed, PLAIN))
        .contains("\"parameters\":{\"queue_us\":12,\"big\":18446744073709551615}")
        .contains("\"data\":[0.5]");
  }
}
