package io.penstock.inference.tensor;

import java.util.List;
import java.util.Map;

/// Where an input stood in its request, for whoever must correct it.
public final class InputFields {

  private InputFields() {}

  /// `inputs[2]`, or `inputs` for one that the request does not have.
  ///
  /// @param given the inputs of the request by name, in its order
  public static String path(Map<String, Tensor> given, String name) {
    int index = List.copyOf(given.keySet()).indexOf(name);
    return index < 0 ? "inputs" : "inputs[" + index + "]";
  }
}
