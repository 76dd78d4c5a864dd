package io.penstock.registry.quantization;

import com.google.protobuf.ByteString;
import io.penstock.proto.onnx.TensorProto;
import io.penstock.proto.onnx.TensorProto.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/// A matrix of 32-bit floats, row by row.
record Weights(int rows, int columns, float[] values) {

  private static final int MOST = 127;

  /// The matrix that a tensor holds; empty for anything else.
  static Optional<Weights> of(TensorProto tensor) {
    if (tensor.getDataType() != DataType.FLOAT_VALUE || tensor.getDimsCount() != 2) {
      return Optional.empty();
    }
    var values = values(tensor);
    long rows = tensor.getDims(0);
    long columns = tensor.getDims(1);
    boolean fits = rows > 0 && rows <= values.length && columns > 0 && columns <= values.length;
    return fits && rows * columns == values.length
        ? Optional.of(new Weights((int) rows, (int) columns, values))
        : Optional.empty();
  }

  private static float[] values(TensorProto tensor) {
    if (tensor.getRawData().isEmpty()) {
      var values = new float[tensor.getFloatDataCount()];
      for (int i = 0; i < values.length; i++) {
        values[i] = tensor.getFloatData(i);
      }
      return values;
    }
    var floats =
        tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    var values = new float[floats.remaining()];
    floats.get(values);
    return values;
  }

  Weights transposed() {
    var turned = new float[values.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        turned[column * rows + row] = values[row * columns + column];
      }
    }
    return new Weights(columns, rows, turned);
  }

  boolean isFinite() {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  /// What one step of an 8-bit integer means in each column.
  float[] columnScales() {
    var scales = new float[columns];
    for (int i = 0; i < values.length; i++) {
      int column = i % columns;
      scales[column] = Math.max(scales[column], Math.abs(values[i]));
    }
    return steps(scales);
  }

  /// What one step of an 8-bit integer means in each row.
  float[] rowScales() {
    var scales = new float[rows];
    for (int i = 0; i < values.length; i++) {
      int row = i / columns;
      scales[row] = Math.max(scales[row], Math.abs(values[i]));
    }
    return steps(scales);
  }

  // Nothing but zeros stays so whatever a step means.
  private static float[] steps(float[] largest) {
    for (int i = 0; i < largest.length; i++) {
      largest[i] = largest[i] == 0 ? 1 : largest[i] / MOST;
    }
    return largest;
  }

  /// The matrix in steps of its columns' scales.
  TensorProto byColumn(String name, float[] scales) {
    return quantized(name, i -> scales[i % columns]);
  }

  /// The matrix in steps of its rows' scales.
  TensorProto byRow(String name, float[] scales) {
    return quantized(name, i -> scales[i / columns]);
  }

  @FunctionalInterface
  private interface ScaleOf {
    float value(int index);
  }

  private TensorProto quantized(String name, ScaleOf scale) {
    var bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.clamp(Math.round(values[i] / scale.value(i)), -MOST, MOST);
    }
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(DataType.INT8_VALUE)
        .addDims(rows)
        .addDims(columns)
        .setRawData(ByteString.copyFrom(bytes))
        .build();
  }

  /// Floats as a tensor.
  static TensorProto floats(String name, float[] values, List<Long> shape) {
    var bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(DataType.FLOAT_VALUE)
        .addAllDims(shape)
        .setRawData(ByteString.copyFrom(bytes))
        .build();
  }
}
