package io.penstock.governance;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/// Where the audit log lies and under which name it signs, and how long keys and approvals last.
///
/// @param logDirectory directory of the Merkle log; on a disk that honours fsync, backed up
///   together with the key
/// @param signingKeyFile the Ed25519 key of the checkpoints; made on the first start of an empty
///   log
/// @param origin name of the log in its checkpoints; must never change
/// @param apiKeyValidity how long an API key works when the request does not say
/// @param approvalValidity how long an approval counts when the request does not say
/// @param accessPoll how soon a change of access made at another replica is noticed
@ConfigurationProperties("penstock.governance")
public record GovernanceConfig(
    @Bindable(defaultValue = "data/governance/log") Path logDirectory,
    @Bindable(defaultValue = "data/governance/signing-key.pem") Path signingKeyFile,
    @Bindable(defaultValue = "penstock.local/audit") String origin,
    @Bindable(defaultValue = "90d") Duration apiKeyValidity,
    @Bindable(defaultValue = "30d") Duration approvalValidity,
    @Bindable(defaultValue = "250ms") Duration accessPoll) {

  // https://c2sp.org/signed-note: a key name holds no plus and no white space.
  private static final Pattern ORIGIN = Pattern.compile("[^+\\s]{1,200}");

  public GovernanceConfig {
    if (!ORIGIN.matcher(origin).matches()) {
      throw new IllegalArgumentException(
          "penstock.governance.origin was '%s', expected 1 to 200 characters without + and spaces"
              .formatted(origin));
    }
    requireBetween("api-key-validity", apiKeyValidity, Duration.ofMinutes(1), years(5));
    requireBetween("approval-validity", approvalValidity, Duration.ofMinutes(1), years(5));
    requireBetween("access-poll", accessPoll, Duration.ofMillis(10), Duration.ofSeconds(1));
  }

  private static Duration years(int years) {
    return Duration.ofDays(365L * years);
  }

  private static void requireBetween(String key, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "penstock.governance.%s was %s, expected %s to %s".formatted(key, value, least, most));
    }
  }
}
