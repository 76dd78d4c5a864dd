package io.penstock.e2e.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;

/// Compares what a page says with what is so, and tells both ways in which they differ.
final class Agreement {

  private Agreement() {}

  static <T> void check(String page, Collection<T> documented, Collection<T> real) {
    assertThat(documented).as("%s says something", page).isNotEmpty();
    var differences = new LinkedHashMap<String, List<T>>();
    differences.put("missing in " + page, without(real, documented));
    differences.put("in " + page + ", but not so", without(documented, real));
    differences.values().removeIf(List::isEmpty);
    assertThat(differences).isEmpty();
    assertThat(documented).as("%s says nothing twice", page).doesNotHaveDuplicates();
  }

  private static <T> List<T> without(Collection<T> rows, Collection<T> others) {
    var rest = new ArrayList<>(rows);
    rest.removeAll(others);
    return rest;
  }
}
