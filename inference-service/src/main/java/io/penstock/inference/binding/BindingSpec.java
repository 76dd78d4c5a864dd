package io.penstock.inference.binding;

import java.util.List;

/// What a version declares of one bound input: where each of its columns comes from, in order.
public record BindingSpec(String input, List<BoundColumn> columns) {
  public BindingSpec {
    columns = List.copyOf(columns);
  }
}
