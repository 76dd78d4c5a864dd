package io.penstock.conformance.wire;

import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.List;

/// A tensor as bytes, right or wrong: little-endian, row-major, BYTES elements with a length before
/// each.
///
/// @param datatype a name of the protocol, unless a case sends another
public record Tensor(String name, String datatype, List<Long> shape, ByteString raw) {

  public Tensor {
    shape = List.copyOf(shape);
  }

  public static Tensor of(String name, Datatype type, ByteString raw, long... shape) {
    return new Tensor(name, type.name(), Arrays.stream(shape).boxed().toList(), raw);
  }

  public Tensor named(String other) {
    return new Tensor(other, datatype, shape, raw);
  }

  public Tensor typed(String other) {
    return new Tensor(name, other, shape, raw);
  }

  public Tensor shaped(long... other) {
    return new Tensor(name, datatype, Arrays.stream(other).boxed().toList(), raw);
  }

  public Tensor holding(ByteString other) {
    return new Tensor(name, datatype, shape, other);
  }

  @Override
  public String toString() {
    return name + " " + datatype + shape + " " + Values.show(datatype, raw);
  }
}
