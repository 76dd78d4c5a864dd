package io.penstock.inference.ensemble;

import java.util.List;

/// A graph that cannot be served, with all that is wrong with it in words.
public final class GraphRefused extends Exception {

  GraphRefused(List<String> problems) {
    super(String.join("; ", problems));
  }
}
