package io.penstock.oip;

import com.google.protobuf.ByteString;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.oip.json.ByteSink;
import io.penstock.oip.json.JsonNumber;
import io.penstock.oip.json.JsonReader;
import java.util.Arrays;
import java.util.List;

/// The `data` of one JSON tensor: nested or flat arrays, read straight into bytes. Nested arrays
/// must be as long as the shape says at every depth; the number of values must be the shape's in
/// either case.
final class TensorData {

  private static final int MOST_DEPTH = 64;

  /// The shortest value in an array is a digit and a comma.
  private static final int LEAST_VALUE = 2;

  private final String input;
  private final Datatype type;
  private final JsonReader in;
  private final ByteSink out;

  /// Length of the arrays at each depth; they must all agree.
  private int[] lengths = new int[4];

  private int depths;
  private int valueDepth;
  private int values;

  private TensorData(String input, Datatype type, JsonReader in, ByteSink out) {
    this.input = input;
    this.type = type;
    this.in = in;
    this.out = out;
  }

  /// The bytes of the tensor.
  ///
  /// @param input how errors call the tensor: `inputs[0]`
  static ByteString read(String input, Datatype type, TensorShape shape, JsonReader in) {
    if (in.peek() != '[') {
      throw InvalidArguments.of(input + ".data", in.kind() + " (expected: an array)");
    }
    TensorData data = new TensorData(input, type, in, new ByteSink(capacity(type, shape, in)));
    data.array(0);
    data.requireFit(shape);
    return data.out.toByteString();
  }

  // What the shape promises, as far as the rest of the body could hold it.
  private static int capacity(Datatype type, TensorShape shape, JsonReader in) {
    long values = Math.min(Math.max(0, shape.elements()), in.remaining() / LEAST_VALUE);
    return (int) Math.min(1 << 30, values * Math.max(type.width(), LEAST_VALUE * Integer.BYTES));
  }

  private void array(int depth) {
    int length = 0;
    if (in.beginArray()) {
      length = in.peek() == '[' ? arrays(depth + 1) : values(depth);
    }
    record(depth, length);
  }

  private int arrays(int depth) {
    if (depth == MOST_DEPTH) {
      throw wrong("arrays nested deeper than %d".formatted(MOST_DEPTH));
    }
    int length = 0;
    do {
      if (in.peek() != '[') {
        throw sideBySide();
      }
      array(depth);
      length++;
    } while (in.moreItems());
    return length;
  }

  private int values(int depth) {
    int before = values;
    if (before > 0 && depth != valueDepth) {
      throw sideBySide();
    }
    valueDepth = depth;
    try {
      do {
        value();
        values++;
      } while (in.moreItems());
    } catch (NumberFormatException e) {
      throw wrong("value %d: %s as %s".formatted(values, e.getMessage(), type));
    }
    return values - before;
  }

  private FailureException wrong(String description) {
    return InvalidArguments.of(input + ".data", description);
  }

  private FailureException sideBySide() {
    return wrong("arrays and values side by side (expected: one kind at each depth)");
  }

  private void value() {
    switch (type) {
      case FP32 -> out.putFloat(finite(number().toFloat()));
      case FP64 -> out.putDouble(finite(number().toDouble()));
      case INT8 -> out.put((int) number().toLong(Byte.MIN_VALUE, Byte.MAX_VALUE));
      case INT16 -> out.putShort((int) number().toLong(Short.MIN_VALUE, Short.MAX_VALUE));
      case INT32 -> out.putInt((int) number().toLong(Integer.MIN_VALUE, Integer.MAX_VALUE));
      case INT64 -> out.putLong(number().toLong(Long.MIN_VALUE, Long.MAX_VALUE));
      case UINT8 -> out.put((int) number().toLong(0, 0xFF));
      case UINT16 -> out.putShort((int) number().toLong(0, 0xFFFF));
      case UINT32 -> out.putInt((int) number().toLong(0, 0xFFFF_FFFFL));
      case UINT64 -> out.putLong(number().toUnsignedLong());
      case BOOL -> out.put(bool() ? 1 : 0);
      case BYTES -> text();
      case FP16, BF16 -> throw new IllegalStateException(type + " has no JSON form");
    }
  }

  private JsonNumber number() {
    if (!in.isNumber()) {
      throw unexpected("a number");
    }
    return in.number();
  }

  private RuntimeException unexpected(String expected) {
    return in.peek() == '['
        ? sideBySide()
        : new NumberFormatException("%s (expected: %s)".formatted(in.kind(), expected));
  }

  private float finite(float value) {
    requireWithin(Float.isFinite(value));
    return value;
  }

  private double finite(double value) {
    requireWithin(Double.isFinite(value));
    return value;
  }

  private void requireWithin(boolean within) {
    if (!within) {
      throw new NumberFormatException("a number beyond " + type);
    }
  }

  private boolean bool() {
    return in.isBoolean() ? in.bool() : number().toLong(0, 1) == 1;
  }

  private void text() {
    if (in.peek() != '"') {
      throw unexpected("a string");
    }
    int prefix = out.size();
    out.putInt(0);
    in.string(out);
    out.setInt(prefix, out.size() - prefix - Integer.BYTES);
  }

  private void record(int depth, int length) {
    if (depth >= lengths.length) {
      lengths = Arrays.copyOf(lengths, 2 * depth);
    }
    // The deepest arrays end first, so a depth that is new makes room for all above it.
    if (depth >= depths) {
      Arrays.fill(lengths, depths, depth + 1, -1);
      depths = depth + 1;
    }
    int before = lengths[depth];
    lengths[depth] = length;
    if (before >= 0 && before != length) {
      throw wrong("ragged: arrays of %d and %d values at the same depth".formatted(before, length));
    }
  }

  private void requireFit(TensorShape shape) {
    if (values != shape.elements()) {
      throw wrong("%d values (expected: as many as shape %s holds)".formatted(values, shape));
    }
    if (depths > 1 && !isNestedAs(shape)) {
      throw wrong("nested as %s (expected: %s, or flat)".formatted(nesting(), shape));
    }
  }

  private boolean isNestedAs(TensorShape shape) {
    boolean same = depths == shape.rank();
    for (int depth = 0; same && depth < depths; depth++) {
      same = lengths[depth] == shape.dimension(depth);
    }
    return same;
  }

  private List<Integer> nesting() {
    return Arrays.stream(lengths, 0, depths).boxed().toList();
  }
}
