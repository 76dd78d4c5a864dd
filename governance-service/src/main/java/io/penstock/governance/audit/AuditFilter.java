package io.penstock.governance.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which entries are wanted; an empty text or no time means any.
///
/// @param resource a resource name, or one that it lies below
/// @param from first event time
/// @param to end of event times, exclusive
record AuditFilter(
    String principal,
    String resource,
    String method,
    String traceId,
    Optional<Instant> from,
    Optional<Instant> to) {

  /// The condition in SQL and what its parameters are bound to.
  record Condition(String sql, Map<String, Object> bindings) {}

  Condition condition() {
    var terms = new ArrayList<String>(List.of("true"));
    var bindings = new LinkedHashMap<String, Object>();
    equal("principal", principal, terms, bindings);
    equal("method", method, terms, bindings);
    equal("trace_id", traceId, terms, bindings);
    below(terms, bindings);
    from.ifPresent(time -> term("event_time >= :from", "from", time, terms, bindings));
    to.ifPresent(time -> term("event_time < :to", "to", time, terms, bindings));
    return new Condition(String.join(" and ", terms), bindings);
  }

  private static void equal(
      String column, String value, List<String> terms, Map<String, Object> bindings) {
    if (!value.isEmpty()) {
      term(column + " = :" + column, column, value, terms, bindings);
    }
  }

  // In byte order everything below `a/` lies before `a0`, because 0 follows the slash.
  private void below(List<String> terms, Map<String, Object> bindings) {
    if (!resource.isEmpty()) {
      terms.add("(resource = :resource or (resource >= :below and resource < :beyond))");
      bindings.put("resource", resource);
      bindings.put("below", resource + "/");
      bindings.put("beyond", resource + "0");
    }
  }

  private static void term(
      String sql, String name, Object value, List<String> terms, Map<String, Object> bindings) {
    terms.add(sql);
    bindings.put(name, value);
  }
}
