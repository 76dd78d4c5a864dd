package io.penstock.kit.access;

import io.grpc.Context;

/// What one call has said to the audit log so far. The audit interceptor opens one per call; a
/// committed change that was audited marks it; a call that must be audited and ends without a mark
/// is a bug.
public final class AuditScope {

  /// Where the scope of the current call travels.
  public static final Context.Key<AuditScope> KEY = Context.key("penstock-audit-scope");

  private volatile boolean recorded;

  /// Marks the scope of the current call, if there is one.
  public static void markCurrent() {
    AuditScope scope = KEY.get();
    if (scope != null) {
      scope.recorded = true;
    }
  }

  /// True once a change of this call was committed together with its audit event.
  public boolean recorded() {
    return recorded;
  }
}
