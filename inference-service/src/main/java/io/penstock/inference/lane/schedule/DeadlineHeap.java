package io.penstock.inference.lane.schedule;

import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// A binary heap, earliest deadline first. Each element knows its place, so that any can be taken
/// out in logarithmic time and nothing is allocated for one.
final class DeadlineHeap<T extends Waiting> {

  private final ArrayList<T> heap = new ArrayList<>();

  @Nullable T first() {
    return heap.isEmpty() ? null : heap.getFirst();
  }

  boolean isEmpty() {
    return heap.isEmpty();
  }

  int size() {
    return heap.size();
  }

  T get(int place) {
    return heap.get(place);
  }

  boolean holds(T element) {
    int place = element.place;
    return place >= 0 && place < heap.size() && heap.get(place) == element;
  }

  void add(T element) {
    heap.add(element);
    rise(element, heap.size() - 1);
  }

  void remove(T element) {
    int place = element.place;
    element.place = Waiting.NOWHERE;
    var last = heap.removeLast();
    if (last != element) {
      sink(last, place);
      rise(last, last.place);
    }
  }

  private void rise(T element, int from) {
    int place = from;
    while (place > 0) {
      int parent = (place - 1) >>> 1;
      var above = heap.get(parent);
      if (!element.isBefore(above)) {
        break;
      }
      put(above, place);
      place = parent;
    }
    put(element, place);
  }

  private void sink(T element, int from) {
    int place = from;
    for (int child = firstChild(place); child < heap.size(); child = firstChild(place)) {
      int next = child + 1;
      if (next < heap.size() && heap.get(next).isBefore(heap.get(child))) {
        child = next;
      }
      if (!heap.get(child).isBefore(element)) {
        break;
      }
      put(heap.get(child), place);
      place = child;
    }
    put(element, place);
  }

  private static int firstChild(int place) {
    return 2 * place + 1;
  }

  private void put(T element, int place) {
    heap.set(place, element);
    element.place = place;
  }
}
