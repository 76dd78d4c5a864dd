package io.penstock.inference.tokenizer;

import ai.djl.huggingface.tokenizers.Encoding;
import com.google.protobuf.UnsafeByteOperations;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Function;

/// The encodings of a request's texts as tensors of one width: that of the longest.
final class TokenTensors {

  private final List<Encoding> rows;
  private final int width;

  TokenTensors(List<Encoding> rows, int width) {
    this.rows = rows;
    this.width = width;
  }

  List<Tensor> of(TokenizerTerms terms) {
    return List.of(
        padded(TokenizerModel.IDS, Encoding::getIds, terms.padId()),
        padded(TokenizerModel.MASK, Encoding::getAttentionMask, 0),
        padded(TokenizerModel.TYPES, Encoding::getTypeIds, terms.padTypeId()));
  }

  private Tensor padded(String name, Function<Encoding, long[]> values, long pad) {
    var buffer =
        ByteBuffer.allocate(rows.size() * width * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (var row : rows) {
      var given = values.apply(row);
      for (int i = 0; i < width; i++) {
        buffer.putLong(i < given.length ? given[i] : pad);
      }
    }
    return Tensor.packed(
        name,
        DataType.INT64,
        Shape.of(rows.size(), width),
        UnsafeByteOperations.unsafeWrap(buffer.flip()));
  }
}
