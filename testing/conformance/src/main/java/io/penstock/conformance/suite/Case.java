package io.penstock.conformance.suite;

import io.penstock.conformance.wire.Encoding;
import io.penstock.conformance.wire.Server;
import io.penstock.conformance.wire.Transport;
import java.util.Set;

/// One thing that a server does or does not do.
///
/// @param id unique; words with dots: `infer.errors.fewer_values.grpc-raw`
/// @param transports what it needs to reach the server by
/// @param models what the server must serve for it
/// @param local whether it needs the server's own machine
public record Case(
    String id,
    Section section,
    Level level,
    Extension extension,
    Set<Transport> transports,
    Set<String> models,
    boolean local,
    Body body) {

  /// What a case does; it throws a [Mismatch] where the server does something else.
  @FunctionalInterface
  public interface Body {
    void run(Server server) throws Exception;
  }

  public Case {
    transports = Set.copyOf(transports);
    models = Set.copyOf(models);
  }

  /// A case of the core that every server must pass.
  public static Case of(Section section, String id, Body body) {
    return new Case(id, section, Level.MUST, Extension.CORE, Set.of(), Set.of(), false, body);
  }

  public Case should() {
    return new Case(id, section, Level.SHOULD, extension, transports, models, local, body);
  }

  public Case of(Extension other) {
    return new Case(id, section, level, other, transports, models, local, body);
  }

  public Case over(Transport... needed) {
    return new Case(id, section, level, extension, Set.of(needed), models, local, body);
  }

  /// Over the encoding's transport; binary tensors are an extension.
  public Case in(Encoding encoding) {
    var over = over(encoding.transport());
    return encoding == Encoding.REST_BINARY && extension == Extension.CORE
        ? over.of(Extension.BINARY_TENSOR_DATA)
        : over;
  }

  public Case with(String... needed) {
    return new Case(id, section, level, extension, transports, Set.of(needed), local, body);
  }

  public Case onTheServersMachine() {
    return new Case(id, section, level, extension, transports, models, true, body);
  }
}
