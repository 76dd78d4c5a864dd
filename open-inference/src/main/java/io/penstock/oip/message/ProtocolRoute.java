package io.penstock.oip.message;

import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.MethodDescriptor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One way to call an RPC of the protocol over HTTP, as its .proto declares it: a verb, and a path
/// of literals and `{variables}`.
///
/// @param segments the path; a variable's name stands in braces
/// @param responseField the field that is the body of the answer; empty for all of it
record ProtocolRoute(
    MethodDescriptor method, String verb, List<String> segments, String responseField) {

  ProtocolRoute {
    segments = List.copyOf(segments);
  }

  static List<ProtocolRoute> of(MethodDescriptor method, HttpRule rule) {
    List<ProtocolRoute> routes = new ArrayList<>();
    routes.add(one(method, rule));
    rule.getAdditionalBindingsList().forEach(more -> routes.add(one(method, more)));
    return routes;
  }

  private static ProtocolRoute one(MethodDescriptor method, HttpRule rule) {
    return switch (rule.getPatternCase()) {
      case GET -> route(method, "GET", rule.getGet(), rule);
      case POST -> route(method, "POST", rule.getPost(), rule);
      default -> throw new IllegalArgumentException("http rule without a known verb: " + rule);
    };
  }

  private static ProtocolRoute route(
      MethodDescriptor method, String verb, String path, HttpRule rule) {
    return new ProtocolRoute(
        method, verb, List.of(path.substring(1).split("/")), rule.getResponseBody());
  }

  /// The variables of a path, by field; empty where the path is another one.
  Optional<Map<String, String>> match(List<String> path) {
    if (path.size() != segments.size()) {
      return Optional.empty();
    }
    Map<String, String> variables = new LinkedHashMap<>();
    for (int i = 0; i < segments.size(); i++) {
      String segment = segments.get(i);
      if (segment.startsWith("{")) {
        variables.put(segment.substring(1, segment.length() - 1), path.get(i));
      } else if (!segment.equals(path.get(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(variables);
  }

  /// How many segments are variables: of two routes that match, the more literal one is meant.
  int openness() {
    return (int) segments.stream().filter(segment -> segment.startsWith("{")).count();
  }
}
