package io.penstock.registry.webhook;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How webhooks are told, and who may be.
///
/// @param schemes of the URLs that are taken, separated by commas
/// @param allowPrivate whether in-house addresses may be told, loopback included
/// @param allowedHosts hosts that may be told wherever they lie, separated by commas
/// @param encryptionKey 32 bytes in Base64 by which secrets are encrypted
/// @param keyFile where the key lies, or is made, if there is no `encryptionKey`
/// @param concurrency how many deliveries one replica has under way
/// @param timeout how long one may take, from connecting to the last byte of the answer
/// @param attempts how often one is tried before it is a dead letter
/// @param firstRetry the rest after the first failure; it doubles
/// @param longestRetry the longest rest, and the longest `Retry-After` that is honoured
/// @param pollInterval how soon a replica sees what another one left
/// @param keepDelivered how long deliveries that have arrived stay listed
@ConfigurationProperties("penstock.webhooks")
record WebhookConfig(
    @Bindable(defaultValue = "https") String schemes,
    @Bindable(defaultValue = "false") boolean allowPrivate,
    @Bindable(defaultValue = "") String allowedHosts,
    @Nullable String encryptionKey,
    @Bindable(defaultValue = "data/webhooks.key") Path keyFile,
    @Bindable(defaultValue = "16") int concurrency,
    @Bindable(defaultValue = "10s") Duration timeout,
    @Bindable(defaultValue = "30") int attempts,
    @Bindable(defaultValue = "1s") Duration firstRetry,
    @Bindable(defaultValue = "60s") Duration longestRetry,
    @Bindable(defaultValue = "500ms") Duration pollInterval,
    @Bindable(defaultValue = "7d") Duration keepDelivered) {

  private static final Set<String> KNOWN_SCHEMES = Set.of("http", "https");
  private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(5);

  WebhookConfig {
    for (var scheme : split(schemes)) {
      require(KNOWN_SCHEMES.contains(scheme), "schemes", scheme, "http or https");
    }
    require(concurrency >= 4 && concurrency <= 1_000, "concurrency", concurrency, "4 to 1000");
    require(attempts >= 1 && attempts <= 1_000, "attempts", attempts, "1 to 1000");
    require(
        timeout.isPositive() && timeout.compareTo(LONGEST_TIMEOUT) <= 0,
        "timeout",
        timeout,
        "more than 0s and at most 5m");
    require(firstRetry.isPositive(), "first-retry", firstRetry, "more than 0s");
    require(
        longestRetry.compareTo(firstRetry) >= 0,
        "longest-retry",
        longestRetry,
        "first-retry or more");
    require(pollInterval.isPositive(), "poll-interval", pollInterval, "more than 0s");
    require(keepDelivered.isPositive(), "keep-delivered", keepDelivered, "more than 0s");
  }

  private static void require(boolean holds, String key, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "penstock.webhooks.%s was %s, expected %s".formatted(key, value, expected));
    }
  }

  List<String> schemeList() {
    return split(schemes);
  }

  /// How long a claim is good: a sender that lives has noted its outcome by then.
  Duration lease() {
    return timeout.multipliedBy(2).plusSeconds(5);
  }

  /// How much of the concurrency one claim may give to one webhook, so that one that does not
  /// answer never holds all of it.
  int share() {
    return concurrency / 4;
  }

  private static List<String> split(String list) {
    return Arrays.stream(list.split(",", -1)).map(String::strip).toList();
  }

  // Generated, it would print the key.
  @Override
  public String toString() {
    return "WebhookConfig[schemes=%s, allowPrivate=%s, allowedHosts=%s]"
        .formatted(schemes, allowPrivate, allowedHosts);
  }
}
