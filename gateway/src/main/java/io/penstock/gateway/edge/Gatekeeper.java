package io.penstock.gateway.edge;

import io.penstock.gateway.contract.Rpc;
import io.penstock.kit.access.AccessDirectory;
import io.penstock.kit.access.AccessRule;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.KitFailure.PermissionDenied;
import io.penstock.kit.failure.KitFailure.Unauthenticated;
import io.penstock.kit.failure.KitFailure.UndeclaredMethod;
import io.penstock.kit.identity.Authenticator;
import io.penstock.kit.identity.Principal;
import io.penstock.proto.options.v1.Cost;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.function.BiConsumer;

/// Lets a REST call through when its caller is known, holds the permission that the RPC declares,
/// and has not called too often. gRPC callers meet the same rules in the kit's interceptor.
@Singleton
public final class Gatekeeper {

  private final Authenticator authenticator;
  private final AccessDirectory directory;
  private final RateLimits limits;

  Gatekeeper(Authenticator authenticator, AccessDirectory directory, RateLimits limits) {
    this.authenticator = authenticator;
    this.directory = directory;
    this.limits = limits;
  }

  /// True when [#admitAtOnce] will not wait for anything, so that it may be called on an event
  /// loop.
  public boolean answersAtOnce(Optional<Credential> credential) {
    return credential.map(Credential::secret).map(authenticator::answersAtOnce).orElse(true);
  }

  /// The caller's name, once the call may go on; who calls a little too often waits.
  ///
  /// @throws FailureException for an unknown caller, a missing permission, or too many calls
  public String admit(Rpc rpc, Optional<Credential> credential) {
    return admit(rpc, credential, limits::await);
  }

  /// The same, but too often is refused at once.
  public String admitAtOnce(Rpc rpc, Optional<Credential> credential) {
    return admit(rpc, credential, limits::take);
  }

  private String admit(
      Rpc rpc, Optional<Credential> credential, BiConsumer<String, Cost> takeToken) {
    AccessRule rule =
        rpc.access().orElseThrow(() -> new FailureException(new UndeclaredMethod(rpc.fullName())));
    String caller = rule.open() ? RateLimits.ANONYMOUS : allowed(rule, credential).name();
    takeToken.accept(caller, rule.cost());
    return caller;
  }

  private Principal allowed(AccessRule rule, Optional<Credential> given) {
    Credential credential = given.orElseThrow(Gatekeeper::noCredential);
    Principal principal = authenticator.authenticate(credential.secret());
    if (!credential.fits(principal)) {
      throw new FailureException(
          new Unauthenticated("TOKEN_INVALID", "it is not " + credential.user() + "'s"));
    }
    if (!directory.snapshot().allows(principal, rule.permission())) {
      throw new FailureException(new PermissionDenied(rule.permission(), principal.name()));
    }
    return principal;
  }

  private static FailureException noCredential() {
    return new FailureException(
        new Unauthenticated(
            "TOKEN_MISSING",
            "no credential (expected: Authorization: Bearer … or Basic …, or X-API-Key)"));
  }
}
