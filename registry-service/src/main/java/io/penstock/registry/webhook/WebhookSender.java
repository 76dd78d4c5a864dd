package io.penstock.registry.webhook;

import io.penstock.registry.outbound.AddressGuard;
import io.penstock.registry.outbound.HttpExchange;
import io.penstock.registry.outbound.TrustedTls;
import io.penstock.registry.webhook.Outcome.Answered;
import io.penstock.registry.webhook.Outcome.Refused;
import io.penstock.registry.webhook.Outcome.Unanswered;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Sends one event once, signed as MLflow signs.
@Singleton
final class WebhookSender {

  private static final int LONGEST_ANSWER = 8 << 10;
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretBox secrets;
  private final Duration timeout;
  private final AddressGuard guard;
  private final TrustedTls tls;
  private final Clock clock;

  WebhookSender(
      SecretBox secrets, WebhookConfig config, AddressGuard guard, TrustedTls tls, Clock clock) {
    this.secrets = secrets;
    this.timeout = config.timeout();
    this.guard = guard;
    this.tls = tls;
    this.clock = clock;
  }

  Outcome send(URI url, UUID webhook, UUID delivery, byte @Nullable [] secret, String body) {
    try {
      var content = body.getBytes(StandardCharsets.UTF_8);
      var headers = headers(webhook, delivery, secret, content);
      try (var exchange = HttpExchange.open(guard, tls, "POST", url, headers, content, timeout)) {
        return answer(exchange);
      }
    } catch (AddressGuard.Refused e) {
      return new Refused("the URL " + e.getMessage());
    } catch (UnknownHostException _) {
      return new Unanswered("the host %s has no address".formatted(url.getHost()));
    } catch (IOException e) {
      return new Unanswered(String.valueOf(e.getMessage()));
    }
  }

  private Map<String, String> headers(
      UUID webhook, UUID delivery, byte @Nullable [] secret, byte[] content) throws IOException {
    var time = Long.toString(clock.instant().getEpochSecond());
    var headers = new LinkedHashMap<String, String>();
    headers.put("Content-Type", "application/json");
    headers.put("User-Agent", "penstock");
    headers.put("X-MLflow-Delivery-Id", delivery.toString());
    headers.put("X-MLflow-Timestamp", time);
    if (secret != null) {
      headers.put(
          "X-MLflow-Signature",
          signature(secrets.open(webhook, secret), delivery + "." + time + ".", content));
    }
    return headers;
  }

  static String signature(byte[] secret, String prefix, byte[] content) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret, ALGORITHM));
      mac.update(prefix.getBytes(StandardCharsets.UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(content));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA256 cannot sign", e);
    }
  }

  // The status has decided by then: a body that never ends, or breaks off, changes nothing.
  private static Answered answer(HttpExchange exchange) {
    return new Answered(exchange.status(), beginning(exchange), retryAfter(exchange));
  }

  private static String beginning(HttpExchange exchange) {
    try {
      var bytes = exchange.body().readNBytes(LONGEST_ANSWER);
      return new String(bytes, StandardCharsets.UTF_8).replace('\0', '?');
    } catch (IOException _) {
      return "";
    }
  }

  // Seconds; the other form, a date, would compare two clocks that nobody has set to each other.
  private static @Nullable Duration retryAfter(HttpExchange exchange) {
    var header = exchange.header("retry-after");
    return header != null && header.matches("\\d{1,9}")
        ? Duration.ofSeconds(Long.parseLong(header))
        : null;
  }
}
