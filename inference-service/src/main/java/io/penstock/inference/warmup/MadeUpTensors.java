package io.penstock.inference.warmup;

import com.google.protobuf.ByteString;
import io.penstock.inference.serving.VersionConfig.WarmUp;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.ModelInterface;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.Tensor;
import io.penstock.inference.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;

/// The tensors of a made-up request. Random whole numbers are 0 or 1, which any table of embeddings
/// has a row for.
final class MadeUpTensors {

  private static final long SEED = 42;

  private MadeUpTensors() {}

  static Map<String, Tensor> of(WarmUp warmUp, ModelInterface model) {
    var random = new Random(SEED);
    var tensors = new HashMap<String, Tensor>();
    for (var spec : model.inputs()) {
      var input = warmUp.inputs().getOrDefault(spec.name(), new WarmUp.Input(List.of(), false));
      var shape = shape(spec, input, warmUp.rows());
      tensors.put(spec.name(), tensor(spec, shape, input.random(), random));
    }
    return tensors;
  }

  private static Shape shape(TensorSpec spec, WarmUp.Input input, int rows) {
    if (input.shape().isEmpty()) {
      var least = spec.shape().filled(1);
      return spec.hasOpenRows() ? least.withRows(rows) : least;
    }
    if (input.shape().size() == spec.shape().rank()) {
      return Shape.of(input.shape());
    }
    var withRows = new ArrayList<Long>();
    withRows.add((long) rows);
    withRows.addAll(input.shape());
    return Shape.of(withRows);
  }

  private static Tensor tensor(
      TensorSpec spec, Shape shape, boolean random, RandomGenerator numbers) {
    int count = Math.toIntExact(shape.elements());
    if (spec.type() == DataType.BYTES) {
      var text = random ? ByteString.copyFromUtf8("a") : ByteString.EMPTY;
      return Tensor.texts(spec.name(), shape, Collections.nCopies(count, text));
    }
    var bytes =
        ByteBuffer.allocate(Math.multiplyExact(count, spec.type().size()))
            .order(ByteOrder.LITTLE_ENDIAN);
    while (random && bytes.hasRemaining()) {
      put(spec.type(), numbers, bytes);
    }
    return Tensor.packed(spec.name(), spec.type(), shape, ByteString.copyFrom(bytes.array()));
  }

  private static void put(DataType type, RandomGenerator numbers, ByteBuffer to) {
    switch (type) {
      case FP16 -> to.putShort(Float.floatToFloat16(numbers.nextFloat()));
      case BF16 -> to.putShort((short) (Float.floatToIntBits(numbers.nextFloat()) >>> 16));
      case FP32 -> to.putFloat(numbers.nextFloat());
      case FP64 -> to.putDouble(numbers.nextDouble());
      case BOOL, INT8, UINT8 -> to.put((byte) numbers.nextInt(2));
      case INT16, UINT16 -> to.putShort((short) numbers.nextInt(2));
      case INT32, UINT32 -> to.putInt(numbers.nextInt(2));
      case INT64, UINT64 -> to.putLong(numbers.nextInt(2));
      case BYTES -> throw new IllegalArgumentException("BYTES have no width");
    }
  }
}
