package io.penstock.inference.ensemble;

import io.penstock.inference.tensor.Shape;

/// What can be said of declared shapes before any tensor is there.
final class Shapes {

  private Shapes() {}

  /// Whether some tensor is what both declare.
  static boolean mayFit(Shape one, Shape other) {
    if (one.rank() != other.rank()) {
      return false;
    }
    for (int i = 0; i < one.rank(); i++) {
      long a = one.dimension(i);
      long b = other.dimension(i);
      if (a != b && a != Shape.ANY && b != Shape.ANY) {
        return false;
      }
    }
    return true;
  }
}
