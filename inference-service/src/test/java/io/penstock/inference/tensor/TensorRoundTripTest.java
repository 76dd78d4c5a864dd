package io.penstock.inference.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.penstock.inference.fixture.Requests;
import io.penstock.kit.failure.FailureException;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Properties of encoding and decoding, over seeded random tensors and random bytes.
class TensorRoundTripTest {

  private static final long SEED = 20010401;

  @Test
  void anyTensor_survivesBothForms() {
    var random = new Random(SEED);
    for (int i = 0; i < 2_000; i++) {
      var tensor = randomTensor(random);
      assertThat(throughWire(tensor, true)).as("raw %d of seed %d", i, SEED).isEqualTo(tensor);
      if (tensor.type().hasContents()) {
        assertThat(throughWire(tensor, false))
            .as("contents %d of seed %d", i, SEED)
            .isEqualTo(tensor);
      }
    }
  }

  @Test
  void anyMutation_isRefusedOrHoldsItsPromise() throws InvalidProtocolBufferException {
    var random = new Random(SEED);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      var bytes = wire(randomTensor(random), random.nextBoolean()).toByteArray();
      for (int flips = random.nextInt(4) + 1; flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      refused += isRefused(bytes, i) ? 1 : 0;
    }
    assertThat(refused).as("seed %d", SEED).isGreaterThan(1_000);
  }

  @Test
  void anyBytes_areRefusedOrHoldTheirPromise() throws InvalidProtocolBufferException {
    var random = new Random(SEED + 1);
    for (int i = 0; i < 20_000; i++) {
      var bytes = new byte[random.nextInt(64)];
      random.nextBytes(bytes);
      isRefused(bytes, i);
    }
  }

  // The constructor of Tensor holds the promise: as many values as the shape says.
  private static boolean isRefused(byte[] bytes, int round) throws InvalidProtocolBufferException {
    ModelInferRequest request;
    try {
      request = ModelInferRequest.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      return true;
    }
    try {
      RequestTensorProtos.decode(request);
      return false;
    } catch (FailureException e) {
      return true;
    } catch (RuntimeException e) {
      throw new AssertionError("round " + round + " of seed " + SEED, e);
    }
  }

  private static Tensor throughWire(Tensor tensor, boolean raw) {
    return Objects.requireNonNull(RequestTensorProtos.decode(wire(tensor, raw)).get(tensor.name()));
  }

  // Encoded as a response, whose tensors have the same form as a request's.
  private static ModelInferRequest wire(Tensor tensor, boolean raw) {
    var asked = ModelInferRequest.newBuilder();
    if (raw) {
      asked.addRawInputContents(ByteString.EMPTY);
    }
    var response = ModelInferResponse.newBuilder();
    ResponseTensorProtos.encode(List.of(tensor), asked.build(), response);
    var output = response.getOutputs(0);
    var request = ModelInferRequest.newBuilder();
    var input =
        Requests.input(output.getName(), output.getDatatype()).addAllShape(output.getShapeList());
    if (output.hasContents()) {
      input.setContents(output.getContents());
    }
    return request
        .addInputs(input)
        .addAllRawInputContents(response.getRawOutputContentsList())
        .build();
  }

  private static Tensor randomTensor(Random random) {
    var type = DataType.values()[random.nextInt(DataType.values().length)];
    var dims = new ArrayList<Long>();
    for (int rank = random.nextInt(4); rank > 0; rank--) {
      dims.add((long) random.nextInt(4));
    }
    var shape = Shape.of(dims);
    int count = (int) shape.elements();
    if (type == DataType.BYTES) {
      var values = new ArrayList<ByteString>();
      for (int i = 0; i < count; i++) {
        values.add(randomBytes(random, random.nextInt(10)));
      }
      return Tensor.texts("x", shape, values);
    }
    return Tensor.packed("x", type, shape, values(random, type, count));
  }

  private static ByteString values(Random random, DataType type, int count) {
    var bytes = randomBytes(random, count * type.size()).toByteArray();
    for (int i = 0; i < bytes.length && type == DataType.BOOL; i++) {
      bytes[i] &= 1;
    }
    // A signalling NaN comes out of a float variable as a quiet one.
    for (int i = 0; i < count && type == DataType.FP32; i++) {
      bytes[i * 4 + 3] = 0;
    }
    for (int i = 0; i < count && type == DataType.FP64; i++) {
      bytes[i * 8 + 7] = 0;
    }
    return ByteString.copyFrom(bytes);
  }

  private static ByteString randomBytes(Random random, int size) {
    var bytes = new byte[size];
    random.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }

  @Test
  void numbers_ofEveryType() {
    Map<DataType, byte[]> minusOneOrLargest =
        Map.of(
            DataType.INT8, new byte[] {-1},
            DataType.UINT8, new byte[] {-1},
            DataType.UINT16, new byte[] {-1, -1},
            DataType.UINT32, new byte[] {-1, -1, -1, -1},
            DataType.UINT64, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1},
            DataType.FP16, new byte[] {0, 0x3C},
            DataType.BF16, new byte[] {(byte) 0x80, 0x3F});
    Map<DataType, Double> expected =
        Map.of(
            DataType.INT8, -1.0,
            DataType.UINT8, 255.0,
            DataType.UINT16, 65_535.0,
            DataType.UINT32, 4_294_967_295.0,
            DataType.UINT64, 0x1p64,
            DataType.FP16, 1.0,
            DataType.BF16, 1.0);
    minusOneOrLargest.forEach(
        (type, bytes) -> {
          var tensor = Tensor.packed("x", type, Shape.of(1), ByteString.copyFrom(bytes));
          assertThat(Numbers.of(tensor).get(0)).as("%s", type).isEqualTo(expected.get(type));
        });
  }

  @Test
  void partsOfALargerMessage_areReadFromTheirOwnBeginning() {
    var message =
        ByteString.copyFrom(new byte[] {9, 9, 9, 9, 9, 2, 0, 0, 0, 'h', 'i', 0, 0, 0, 0, 9});
    assertThat(RawTexts.parse(message.substring(5, 15), 2).orElseThrow())
        .containsExactly(ByteString.copyFromUtf8("hi"), ByteString.EMPTY);
    var numbers =
        Numbers.of(Tensor.packed("x", DataType.INT32, Shape.of(1), message.substring(5, 9)));
    assertThat(numbers.count()).isEqualTo(1);
    assertThat(numbers.get(0)).isEqualTo(2);
  }
}
