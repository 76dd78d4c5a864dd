package io.penstock.inference.prediction;

import io.opentelemetry.context.Context;
import io.penstock.kit.identity.Caller;
import java.time.Instant;

/// Where and when a request came in.
///
/// @param principal who asks; empty for a shadow copy
/// @param traced the span that the prediction's own spans are children of
/// @param time on the wall
/// @param ticks on the ticker, at the same moment
/// @param copy whether it is a shadow copy, or part of one
/// @param depth how many predictions it is part of
record Origin(String principal, Context traced, Instant time, long ticks, boolean copy, int depth) {

  /// The call that the current thread handles.
  static Origin ofCall(Instant time, long ticks) {
    var principal = Caller.find().map(caller -> caller.principal().name()).orElse("");
    return new Origin(principal, Context.current(), time, ticks, false, 0);
  }

  /// A copy that belongs to no call.
  static Origin ofShadow(Instant time, long ticks) {
    return new Origin("", Context.root(), time, ticks, true, 0);
  }

  /// A request that the service makes to itself.
  static Origin ofNobody(Instant time, long ticks) {
    return new Origin("", Context.root(), time, ticks, false, 0);
  }

  /// A prediction that is part of this one's.
  Origin part(Context span, Instant begun, long begunTicks) {
    return new Origin(principal, span, begun, begunTicks, copy, depth + 1);
  }

  /// The wall time of a moment on the ticker.
  Instant at(long otherTicks) {
    return time.plusNanos(otherTicks - ticks);
  }
}
