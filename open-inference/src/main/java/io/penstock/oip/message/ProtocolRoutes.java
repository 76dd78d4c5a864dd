package io.penstock.oip.message;

import com.google.api.AnnotationsProto;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.penstock.oip.InferTarget;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Finds the RPC that an HTTP request means, by the annotations in the protocol's .proto.
public final class ProtocolRoutes {

  private final List<ProtocolRoute> routes;

  /// @param service a service whose methods have HTTP annotations
  public ProtocolRoutes(ServiceDescriptor service) {
    this.routes =
        service.getMethods().stream()
            .filter(method -> method.getOptions().hasExtension(AnnotationsProto.http))
            .flatMap(method -> routes(method).stream())
            .sorted(Comparator.comparingInt(ProtocolRoute::openness))
            .toList();
  }

  private static List<ProtocolRoute> routes(MethodDescriptor method) {
    return ProtocolRoute.of(method, method.getOptions().getExtension(AnnotationsProto.http));
  }

  /// The call that a request means; empty where nothing is declared for this verb and path.
  ///
  /// @param path as it stands in the request line, without the query
  public Optional<ProtocolCall> find(String verb, String path) {
    List<String> segments = InferTarget.segments(path);
    for (ProtocolRoute route : routes) {
      Optional<Map<String, String>> variables =
          route.verb().equals(verb) ? route.match(segments) : Optional.empty();
      if (variables.isPresent()) {
        return Optional.of(new ProtocolCall(route, variables.get()));
      }
    }
    return Optional.empty();
  }

  /// The verbs that are declared for a path.
  public Set<String> verbs(String path) {
    List<String> segments = InferTarget.segments(path);
    Set<String> verbs = new TreeSet<>();
    routes.stream()
        .filter(route -> route.match(segments).isPresent())
        .forEach(route -> verbs.add(route.verb()));
    return verbs;
  }
}
