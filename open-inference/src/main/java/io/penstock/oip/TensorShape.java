package io.penstock.oip;

import com.google.protobuf.ByteString;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.oip.json.JsonReader;
import java.util.Arrays;

/// The shape of one input, and the check that its data holds what the shape says.
final class TensorShape {

  private static final int MOST_DIMENSIONS = 64;
  private static final int PREFIX = Integer.BYTES;

  private final long[] dimensions;
  private final long elements;

  private TensorShape(long[] dimensions) {
    this.dimensions = dimensions;
    this.elements = product(dimensions);
  }

  /// @param field how errors call the shape: `inputs[0].shape`
  static TensorShape read(String input, JsonReader in) {
    long[] dimensions = new long[4];
    int rank = 0;
    if (in.beginArray()) {
      do {
        if (rank == MOST_DIMENSIONS) {
          throw InvalidArguments.of(
              input + ".shape",
              "more dimensions (expected: at most %d)".formatted(MOST_DIMENSIONS));
        }
        if (rank == dimensions.length) {
          dimensions = Arrays.copyOf(dimensions, 2 * rank);
        }
        dimensions[rank++] = dimension(input, in);
      } while (in.moreItems());
    }
    return new TensorShape(Arrays.copyOf(dimensions, rank));
  }

  private static long dimension(String input, JsonReader in) {
    try {
      long dimension = in.number().toLong(Long.MIN_VALUE, Long.MAX_VALUE);
      if (dimension >= 0) {
        return dimension;
      }
      throw new NumberFormatException(dimension + " (expected: >= 0)");
    } catch (NumberFormatException e) {
      throw InvalidArguments.of(input + ".shape", String.valueOf(e.getMessage()));
    }
  }

  static TensorShape of(long... dimensions) {
    return new TensorShape(dimensions.clone());
  }

  /// -1 where it is beyond what any request could hold.
  private static long product(long[] dimensions) {
    long product = 1;
    for (long dimension : dimensions) {
      if (dimension != 0 && product > Integer.MAX_VALUE / dimension) {
        return holdsNothing(dimensions) ? 0 : -1;
      }
      product *= dimension;
    }
    return product;
  }

  private static boolean holdsNothing(long[] dimensions) {
    return Arrays.stream(dimensions).anyMatch(dimension -> dimension == 0);
  }

  /// How many values a tensor of this shape has; -1 for more than any request could hold.
  long elements() {
    return elements;
  }

  int rank() {
    return dimensions.length;
  }

  long dimension(int index) {
    return dimensions[index];
  }

  /// Insists that raw bytes are exactly the tensor's values.
  void check(String field, Datatype type, ByteString bytes) {
    if (type == Datatype.BYTES) {
      checkTexts(field, bytes);
    } else if (bytes.size() % type.width() != 0 || bytes.size() / type.width() != elements) {
      throw InvalidArguments.of(
          field,
          "%d bytes (expected: the values of shape %s, %d bytes each as %s)"
              .formatted(bytes.size(), this, type.width(), type));
    }
  }

  private void checkTexts(String field, ByteString bytes) {
    long count = 0;
    long at = 0;
    for (; at + PREFIX <= bytes.size() && count < elements; count++) {
      int length = littleEndian(bytes, (int) at);
      at += PREFIX + (length < 0 ? Integer.MAX_VALUE : (long) length);
    }
    if (count != elements || at != bytes.size()) {
      throw InvalidArguments.of(
          field,
          "%d bytes (expected: as many elements as shape %s holds, each after its length in 4 bytes)"
              .formatted(bytes.size(), this));
    }
  }

  private static int littleEndian(ByteString bytes, int at) {
    return (bytes.byteAt(at) & 0xFF)
        | ((bytes.byteAt(at + 1) & 0xFF) << 8)
        | ((bytes.byteAt(at + 2) & 0xFF) << 16)
        | (bytes.byteAt(at + 3) << 24);
  }

  Iterable<Long> boxed() {
    return Arrays.stream(dimensions).boxed().toList();
  }

  @Override
  public String toString() {
    return Arrays.toString(dimensions);
  }
}
