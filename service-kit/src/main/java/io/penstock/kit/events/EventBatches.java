package io.penstock.kit.events;

import java.util.ArrayList;
import java.util.List;

/// Cuts a list of events into batches that fit into memory: bounded by count and by bytes of
/// payload.
public final class EventBatches {

  /// Events of a batch at most, written or read.
  public static final int MAX_EVENTS = 1_000;

  /// Payload bytes of a batch at most, except where a single event is larger.
  public static final int MAX_BYTES = 4 << 20;

  private EventBatches() {}

  /// The same events in the same order.
  public static List<List<Event>> cut(List<Event> events) {
    var batches = new ArrayList<List<Event>>();
    int from = 0;
    long bytes = 0;
    for (int i = 0; i < events.size(); i++) {
      int size = events.get(i).payload().length;
      if (i > from && (i - from == MAX_EVENTS || bytes + size > MAX_BYTES)) {
        batches.add(events.subList(from, i));
        from = i;
        bytes = 0;
      }
      bytes += size;
    }
    if (from < events.size()) {
      batches.add(events.subList(from, events.size()));
    }
    return batches;
  }
}
