package io.penstock.registry.webhook;

import io.penstock.kit.failure.FailureException;
import io.penstock.registry.MlflowFailure;
import io.penstock.registry.outbound.AddressGuard;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// What names and addresses of webhooks may be, in MLflow's words.
final class WebhookFields {

  private static final Pattern NAME =
      Pattern.compile("(?=.{1,63}$)[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?");
  private static final int LONGEST_URL = 500;
  private static final int LONGEST_DESCRIPTION = 1_000;
  private static final int LONGEST_SECRET = 1_000;

  private WebhookFields() {}

  static void check(WebhookDraft draft, List<String> schemes, AddressGuard guard) {
    if (draft.name() != null) {
      checkName(draft.name());
    }
    if (draft.url() != null) {
      checkUrl(draft.url(), schemes, guard);
    }
    checkLength(
        "description", draft.description() == null ? "" : draft.description(), LONGEST_DESCRIPTION);
    checkLength("secret", draft.secret() == null ? "" : draft.secret(), LONGEST_SECRET);
  }

  private static void checkLength(String field, String text, int longest) {
    if (text.length() > longest || text.indexOf('\0') >= 0) {
      throw MlflowFailure.invalid(
          "Webhook %s has %d characters, expected at most %d and no NUL"
              .formatted(field, text.length(), longest));
    }
  }

  private static void checkName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw MlflowFailure.invalid(
          ("Webhook name %s is invalid. It must start and end with a letter or digit, be less than"
                  + " 63 characters long, and contain only letters, digits, dots (.), underscores"
                  + " (_), and hyphens (-).")
              .formatted(quoted(name)));
    }
  }

  private static void checkUrl(String url, List<String> schemes, AddressGuard guard) {
    if (url.isBlank()) {
      throw MlflowFailure.invalid("Webhook URL cannot be empty or just whitespace: " + quoted(url));
    }
    checkLength("URL", url, LONGEST_URL);
    var parsed = parse(url);
    var scheme = parsed.getScheme() == null ? "" : parsed.getScheme().toLowerCase(Locale.ROOT);
    if (!schemes.contains(scheme)) {
      throw MlflowFailure.invalid(
          "Invalid webhook URL scheme: %s. Allowed schemes are: %s."
              .formatted(quoted(scheme), String.join(", ", schemes)));
    }
    if (parsed.getHost() == null) {
      throw MlflowFailure.invalid("Webhook URL must include a hostname: " + quoted(url));
    }
    checkAddress(parsed, guard);
  }

  // A first look, so that whoever types the URL hears of it; what counts is the look before each
  // connection. A name without an address may have one later.
  private static void checkAddress(URI url, AddressGuard guard) {
    try {
      var _ = guard.resolve(url);
    } catch (AddressGuard.Refused e) {
      throw MlflowFailure.invalid("Webhook URL " + e.getMessage());
    } catch (UnknownHostException _) {
      return;
    } catch (IOException e) {
      throw MlflowFailure.invalid("Cannot resolve Webhook URL hostname: " + e.getMessage());
    }
  }

  private static URI parse(String url) {
    try {
      return new URI(url);
    } catch (URISyntaxException e) {
      throw invalidUrl(url, e.getReason());
    }
  }

  private static FailureException invalidUrl(String url, String reason) {
    return MlflowFailure.invalid("Invalid webhook URL %s: %s".formatted(quoted(url), reason));
  }

  // As Python writes a text.
  private static String quoted(String text) {
    var quote = text.contains("'") && !text.contains("\"") ? "\"" : "'";
    return quote + text + quote;
  }
}
