package io.penstock.kit.outbox;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.penstock.kit.identity.Caller;
import java.util.Optional;

/// Who asked for a change, and in which trace: what its events say of their cause. Taken where the
/// call is, for a change may be made on another thread.
record Origin(Optional<Caller> caller, SpanContext span) {

  static Origin current() {
    return new Origin(Caller.find(), Span.current().getSpanContext());
  }
}
