package io.penstock.kit.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.PropertySource;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigurationCheckTest {

  @Test
  void run_unknownKeys_namesAllWithTheirNearest() {
    try (var context =
        context(
            PropertySource.of(
                "test", Map.of("penstock.grpc.prot", 1, "penstock.nonsense.altogether", "x")))) {
      assertThatThrownBy(() -> check(context))
          .hasMessageContaining("unknown configuration of probe")
          .hasMessageContaining("penstock.grpc.prot (did you mean penstock.grpc.port?)")
          .hasMessageContaining("penstock.nonsense.altogether");
    }
  }

  @Test
  void run_variables() {
    try (var context =
        context(
            variables(
                Map.of(
                    "PENSTOCK_GRPC_MAX_MESSAGE_SIZE", "1MB",
                    "PENSTOCK_PEERS_REGISTRY", "localhost:1",
                    "PENSTOCK_LOG_FORMAT", "plain")))) {
      check(context);
    }
    try (var context = context(variables(Map.of("PENSTOCK_GRPC_POTR", "1")))) {
      assertThatThrownBy(() -> check(context))
          .hasMessageContaining("PENSTOCK_GRPC_POTR (did you mean penstock.grpc.port?)");
    }
  }

  @Test
  void masked_secrets() {
    assertThat(ConfigurationCheck.masked("penstock.database.password", "x")).isEqualTo("****");
    assertThat(ConfigurationCheck.masked("penstock.identity.service-token", "x")).isEqualTo("****");
    assertThat(ConfigurationCheck.masked("penstock.identity.service-token-file", "/x"))
        .isEqualTo("/x");
    assertThat(ConfigurationCheck.masked("penstock.grpc.port", "9101")).isEqualTo("9101");
  }

  private static PropertySource variables(Map<String, Object> values) {
    return PropertySource.of("variables", values);
  }

  private static ApplicationContext context(PropertySource source) {
    return ApplicationContext.builder()
        .deduceEnvironment(false)
        .environmentPropertySource(false)
        .propertySources(PropertySource.of("name", Map.of("penstock.service", "probe")), source)
        .start();
  }

  private static void check(ApplicationContext context) {
    context.getBean(ConfigurationCheck.class).run();
  }
}
