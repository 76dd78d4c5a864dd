package io.penstock.inference.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.penstock.inference.fixture.Requests;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.FieldViolation;
import io.penstock.kit.failure.KitFailure.InvalidFields;
import io.penstock.proto.oip.InferTensorContents;
import io.penstock.proto.oip.ModelInferRequest;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RequestTensorProtosTest {

  @Test
  void decode_raw() {
    var request = Requests.features("m", new float[] {1, 2}, new float[] {3, 4}).build();
    var tensor = decoded(request, "features");
    assertThat(tensor.shape()).isEqualTo(Shape.of(2, 2));
    assertThat(Numbers.of(tensor).get(3)).isEqualTo(4);
  }

  @Test
  void decode_contents() {
    var request = request(Requests.column("x", 1, 2, 3));
    assertThat(Numbers.of(decoded(request, "x")).get(2)).isEqualTo(3);
  }

  @Test
  void decode_texts() {
    var raw = RawTexts.encode(List.of(ByteString.copyFromUtf8("ATL"), ByteString.EMPTY));
    var request =
        ModelInferRequest.newBuilder()
            .addInputs(Requests.input("origin", "BYTES", 2))
            .addRawInputContents(raw)
            .build();
    assertThat(decoded(request, "origin").values())
        .containsExactly(ByteString.copyFromUtf8("ATL"), ByteString.EMPTY);
  }

  @Test
  void decode_fewerOrMoreBytesThanTheShapeSays() {
    refused(
        raw("FP32", 15, 2, 2), "raw_input_contents[0]", "15 bytes", "expected 4 values of FP32");
    refused(raw("FP32", 12, 2, 2), "raw_input_contents[0]", "12 bytes");
    refused(raw("FP32", 20, 2, 2), "raw_input_contents[0]", "20 bytes");
    refused(raw("FP32", 4, 1, 128), "raw_input_contents[0]", "expected 128 values");
  }

  @Test
  void decode_fewerOrMoreValuesThanTheShapeSays() {
    var input = Requests.column("x", 1, 2, 3).toBuilder();
    refused(
        request(input.clone().clearShape().addShape(4).build()),
        "inputs[0].contents.fp32_contents",
        "3 values for input 'x', expected 4");
    refused(
        request(input.clone().clearShape().addShape(1).addShape(2).build()),
        "inputs[0].contents.fp32_contents",
        "expected 2");
    refused(
        request(Requests.input("x", "FP32", 1, 128).build()),
        "inputs[0].contents.fp32_contents",
        "0 values");
  }

  @Test
  void decode_shapesBeyondReason() {
    refused(raw("FP32", 4, -1), "inputs[0].shape", "negative");
    refused(raw("FP32", 4, Long.MAX_VALUE, 4), "inputs[0].shape", "beyond any tensor");
    // 2^62 + 1 elements of 4 bytes overflow to 4 bytes.
    refused(raw("FP32", 4, (1L << 62) + 1), "raw_input_contents[0]", "4 bytes");
  }

  @Test
  void decode_unknownDatatype() {
    refused(raw("FLOAT", 4, 1), "inputs[0].datatype", "'FLOAT'");
  }

  @Test
  void decode_inputGivenTwice() {
    var column = Requests.column("x", 1);
    refused(request(column, column), "inputs[1].name", "twice");
  }

  @Test
  void decode_bothKindsOfContents() {
    refused(
        request(Requests.column("x", 1)).toBuilder()
            .addRawInputContents(ByteString.copyFrom(new byte[4]))
            .build(),
        "inputs[0].contents",
        "expected one of them");
  }

  @Test
  void decode_rawEntriesDoNotMatchInputs() {
    refused(
        raw("FP32", 4, 1).toBuilder().addRawInputContents(ByteString.EMPTY).build(),
        "raw_input_contents",
        "2 entries for 1 inputs");
  }

  @Test
  void decode_valuesInTheListOfAnotherType() {
    var input =
        Requests.input("x", "INT64", 1)
            .setContents(InferTensorContents.newBuilder().addFp32Contents(1))
            .build();
    refused(request(input), "inputs[0].contents.fp32_contents", "int64_contents");
  }

  @Test
  void decode_valueTooLargeForItsType() {
    var input =
        Requests.input("x", "INT8", 1)
            .setContents(InferTensorContents.newBuilder().addIntContents(200))
            .build();
    refused(request(input), "inputs[0].contents.int_contents", "200");
  }

  @Test
  void decode_halfPrecisionOutsideRaw() {
    refused(
        request(Requests.input("x", "FP16", 1).build()),
        "inputs[0].contents.raw_input_contents",
        "0 values");
  }

  @Test
  void decode_booleanThatIsNone() {
    var request =
        ModelInferRequest.newBuilder()
            .addInputs(Requests.input("x", "BOOL", 1))
            .addRawInputContents(ByteString.copyFrom(new byte[] {2}))
            .build();
    refused(request, "raw_input_contents[0]", "neither 0 nor 1");
  }

  @Test
  void decode_textsCutShort() {
    var raw = RawTexts.encode(List.of(ByteString.copyFromUtf8("ATL")));
    var request =
        ModelInferRequest.newBuilder()
            .addInputs(Requests.input("x", "BYTES", 1))
            .addRawInputContents(raw.substring(0, 6))
            .build();
    refused(request, "raw_input_contents[0]", "expected 1 elements");
  }

  @Test
  void decode_severalProblemsAtOnce() {
    var request =
        request(Requests.input("a", "X", 1).build(), Requests.input("b", "FP32", -2).build());
    assertThatThrownBy(() -> RequestTensorProtos.decode(request))
        .satisfies(
            e ->
                assertThat(violations(e))
                    .extracting(FieldViolation::field)
                    .containsExactly("inputs[0].datatype", "inputs[1].shape"));
  }

  private static Tensor decoded(ModelInferRequest request, String name) {
    return Objects.requireNonNull(RequestTensorProtos.decode(request).get(name), name);
  }

  private static ModelInferRequest raw(String datatype, int bytes, long... shape) {
    return ModelInferRequest.newBuilder()
        .addInputs(Requests.input("x", datatype, shape))
        .addRawInputContents(ByteString.copyFrom(new byte[bytes]))
        .build();
  }

  private static ModelInferRequest request(ModelInferRequest.InferInputTensor... inputs) {
    return ModelInferRequest.newBuilder().addAllInputs(List.of(inputs)).build();
  }

  private static void refused(ModelInferRequest request, String field, String... words) {
    assertThatThrownBy(() -> RequestTensorProtos.decode(request))
        .satisfies(
            e -> {
              assertThat(violations(e)).extracting(FieldViolation::field).contains(field);
              assertThat(violations(e).getFirst().description()).contains(words);
            });
  }

  private static List<FieldViolation> violations(Throwable thrown) {
    return ((InvalidFields) ((FailureException) thrown).failure()).violations();
  }
}
