package io.penstock.gateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.gateway.contract.Routes.Lookup;
import io.penstock.kit.access.AccessRule;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ContractTest {

  private static final Contract CONTRACT = Contract.load();
  private static final Routes ROUTES = new Routes(CONTRACT);

  @Test
  void everyRpc_declaresItsAccess() {
    assertThat(CONTRACT.rpcs())
        .isNotEmpty()
        .allSatisfy(rpc -> assertThat(AccessRule.of(rpc.method())).as(rpc.fullName()).isPresent());
  }

  @Test
  void everyRpc_isAnsweredByAServiceOfTheSuite() {
    assertThat(CONTRACT.rpcs())
        .extracting(Rpc::peer)
        .containsOnly("registry", "feature", "inference", "monitoring", "governance");
  }

  @Test
  void everyBinding_leadsBackToItsRpc() {
    for (Rpc rpc : CONTRACT.rpcs()) {
      for (HttpBinding binding : rpc.bindings()) {
        Lookup lookup = ROUTES.find(binding.verb(), binding.path().example());
        assertThat(lookup)
            .as("%s %s", binding.verb(), binding.path())
            .isInstanceOf(Lookup.Found.class);
        assertThat(((Lookup.Found) lookup).match().rpc().fullName()).isEqualTo(rpc.fullName());
      }
    }
  }

  @Test
  void noTwoBindings_areTheSame() {
    Set<String> seen = new HashSet<>();
    CONTRACT
        .rpcs()
        .forEach(
            rpc ->
                rpc.bindings()
                    .forEach(
                        binding ->
                            assertThat(seen.add(binding.verb() + binding.path()))
                                .as("%s", binding)
                                .isTrue()));
  }

  @Test
  void find_wrongVerb() {
    assertThat(ROUTES.find("DELETE", "/v1/models"))
        .isEqualTo(new Lookup.WrongVerb(Set.of("GET", "POST")));
  }

  @Test
  void find_unknown() {
    assertThat(ROUTES.find("GET", "/v1/nonsense")).isEqualTo(new Lookup.Unknown());
    assertThat(ROUTES.find("GET", "/")).isEqualTo(new Lookup.Unknown());
    assertThat(ROUTES.find("GET", "")).isEqualTo(new Lookup.Unknown());
    assertThat(ROUTES.find("GET", "/v1/../etc/passwd")).isEqualTo(new Lookup.Unknown());
  }

  @Test
  void comments_areThere() {
    Rpc promote =
        CONTRACT.rpcs().stream()
            .filter(rpc -> rpc.fullName().endsWith("/PromoteModelVersion"))
            .findFirst()
            .orElseThrow();
    assertThat(promote.comment()).startsWith("Asks to promote a version to a stage.");
    assertThat(CONTRACT.comment(promote.method().getInputType().findFieldByName("etag")))
        .contains("etag");
  }
}
