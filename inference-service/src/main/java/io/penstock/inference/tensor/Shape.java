package io.penstock.inference.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/// Dimensions of a tensor, outermost first. In what a model declares, -1 stands for any size.
public final class Shape {

  /// A dimension of any size.
  public static final long ANY = -1;

  private final long[] dimensions;

  private Shape(long[] dimensions) {
    this.dimensions = dimensions;
  }

  public static Shape of(long... dimensions) {
    return new Shape(dimensions.clone());
  }

  public static Shape of(List<Long> dimensions) {
    var array = new long[dimensions.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = dimensions.get(i);
    }
    return new Shape(array);
  }

  public int rank() {
    return dimensions.length;
  }

  public long dimension(int index) {
    return dimensions[index];
  }

  public boolean isFixed() {
    return LongStream.of(dimensions).allMatch(dimension -> dimension >= 0);
  }

  /// The number of elements; throws [ArithmeticException] where it is beyond a long.
  public long elements() {
    long product = 1;
    for (long dimension : dimensions) {
      product = Math.multiplyExact(product, dimension);
    }
    return product;
  }

  /// This shape with another outermost dimension.
  public Shape withRows(long rows) {
    long[] copy = dimensions.clone();
    copy[0] = rows;
    return new Shape(copy);
  }

  /// Whether all but the outermost dimension have a size.
  boolean hasFixedRow() {
    for (int i = 1; i < dimensions.length; i++) {
      if (dimensions[i] < 0) {
        return false;
      }
    }
    return true;
  }

  /// The shape of one row: all but the outermost dimension.
  public Shape row() {
    return new Shape(Arrays.copyOfRange(dimensions, 1, dimensions.length));
  }

  /// Whether a tensor of this shape is what the declared shape allows.
  public boolean fits(Shape declared) {
    if (rank() != declared.rank()) {
      return false;
    }
    for (int i = 0; i < dimensions.length; i++) {
      if (declared.dimensions[i] != ANY && declared.dimensions[i] != dimensions[i]) {
        return false;
      }
    }
    return true;
  }

  /// This shape with every open dimension set to one size: what a synthetic tensor gets.
  public Shape filled(long size) {
    return new Shape(LongStream.of(dimensions).map(d -> d == ANY ? size : d).toArray());
  }

  public long[] toArray() {
    return dimensions.clone();
  }

  public List<Long> toList() {
    return LongStream.of(dimensions).boxed().toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape that && Arrays.equals(dimensions, that.dimensions);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dimensions);
  }

  @Override
  public String toString() {
    return Arrays.toString(dimensions);
  }
}
