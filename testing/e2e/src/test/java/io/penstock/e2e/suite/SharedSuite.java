package io.penstock.e2e.suite;

import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Gives a test class the suite that all of them share: started when the first one asks, stopped
/// after the last.
///
/// ```java
/// @ExtendWith(SharedSuite.class)
/// class SomethingIT {
///   SomethingIT(RunningSuite suite) { … }
/// }
/// ```
public final class SharedSuite implements ParameterResolver {

  /// Tests call as fast as they can, whatever can be switched on is, and every trace is looked at.
  private static final Map<String, String> OVERRIDES =
      Map.of(
          "gateway:penstock.gateway.rate-limits.read", "1000000",
          "gateway:penstock.gateway.rate-limits.write", "1000000",
          "gateway:penstock.gateway.rate-limits.infer", "1000000",
          "gateway:penstock.gateway.rate-limits.bulk", "1000000",
          "gateway:penstock.gateway.max-body-size", "1048576",
          "inference:penstock.inference.shared-memory.enabled", "true");

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == RunningSuite.class;
  }

  @Override
  public RunningSuite resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(Namespace.create(SharedSuite.class))
        .computeIfAbsent(
            RunningSuite.class, _ -> RunningSuite.inOneJvm(OVERRIDES), RunningSuite.class);
  }
}
