package io.penstock.gateway.contract;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Finds the RPC that an HTTP request means.
public final class Routes {

  /// An RPC, the binding by which it was called, and the variables of the path by field path.
  public record Match(Rpc rpc, HttpBinding binding, Map<String, String> variables) {}

  /// What a path leads to.
  public sealed interface Lookup {
    /// A declared RPC.
    record Found(Match match) implements Lookup {}

    /// The path is known, the verb is not.
    record WrongVerb(Set<String> allowed) implements Lookup {}

    /// Nothing is declared there.
    record Unknown() implements Lookup {}
  }

  private record Route(Rpc rpc, HttpBinding binding) {}

  /// Routes without variables, by their path.
  private final Map<String, List<Route>> literal = new HashMap<>();

  /// The others by the first two segments of their path (`/v1/models`), the most specific ones
  /// first.
  private final Map<String, List<Route>> byPrefix = new HashMap<>();

  /// Routes to all HTTP bindings of the contract.
  public Routes(Contract contract) {
    for (Rpc rpc : contract.rpcs()) {
      rpc.bindings().forEach(binding -> add(new Route(rpc, binding)));
    }
    byPrefix
        .values()
        .forEach(
            routes ->
                routes.sort(
                    Comparator.comparingInt((Route route) -> route.binding().path().specificity())
                        .reversed()));
  }

  private void add(Route route) {
    PathTemplate path = route.binding().path();
    if (path.isLiteral()) {
      literal.computeIfAbsent(path.toString(), it -> new ArrayList<>()).add(route);
    } else {
      byPrefix.computeIfAbsent(prefixOf(path.example()), it -> new ArrayList<>()).add(route);
    }
  }

  /// Looks up a decoded path. A slash at its end means nothing.
  public Lookup find(String verb, String path) {
    return path.length() > 1 && path.endsWith("/")
        ? lookUp(verb, path.substring(0, path.length() - 1))
        : lookUp(verb, path);
  }

  private Lookup lookUp(String verb, String path) {
    Set<String> allowed = new TreeSet<>();
    for (Route route : literal.getOrDefault(path, List.of())) {
      if (route.binding().verb().equals(verb)) {
        return new Lookup.Found(new Match(route.rpc(), route.binding(), Map.of()));
      }
      allowed.add(route.binding().verb());
    }
    for (Route route : byPrefix.getOrDefault(prefixOf(path), List.of())) {
      var variables = route.binding().path().match(path);
      if (variables.isPresent() && route.binding().verb().equals(verb)) {
        return new Lookup.Found(new Match(route.rpc(), route.binding(), variables.get()));
      }
      variables.ifPresent(any -> allowed.add(route.binding().verb()));
    }
    return allowed.isEmpty() ? new Lookup.Unknown() : new Lookup.WrongVerb(allowed);
  }

  private static String prefixOf(String path) {
    String[] segments = path.split("[/:]", 4);
    return segments.length < 3 ? path : segments[1] + "/" + segments[2];
  }
}
