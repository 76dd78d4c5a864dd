package io.penstock.kit.config;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.PropertySource;
import io.penstock.kit.service.ServiceName;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Fails the start on a key under `penstock.` that nothing reads, and logs those that are in force.
@Singleton
public final class ConfigurationCheck {

  private static final Logger log = LoggerFactory.getLogger(ConfigurationCheck.class);
  private static final String PREFIX = "penstock.";
  private static final String VARIABLE_PREFIX = "PENSTOCK_";
  private static final Pattern SECRET =
      Pattern.compile("password|secret|token$|key$", Pattern.CASE_INSENSITIVE);

  /// Read by the log configuration and by the scripts that start a service.
  private static final Set<String> FOREIGN_VARIABLES =
      Set.of("PENSTOCK_LOG_FORMAT", "PENSTOCK_LOG_LEVEL", "PENSTOCK_HOME", "PENSTOCK_TOKEN");

  private final ServiceName service;
  private final ApplicationContext context;

  ConfigurationCheck(ServiceName service, ApplicationContext context) {
    this.service = service;
    this.context = context;
  }

  /// @throws IllegalArgumentException naming every unknown key, with the one that was probably
  ///   meant
  public void run() {
    var known = new KnownKeys(context);
    var unknown = new TreeSet<String>();
    for (var source : context.getEnvironment().getPropertySources()) {
      addUnknown(source, known, unknown);
    }
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "unknown configuration of %s: %s".formatted(service, String.join("; ", unknown)));
    }
    logEffective(known);
  }

  private static void addUnknown(PropertySource source, KnownKeys known, Set<String> unknown) {
    for (var key : source) {
      if (isVariable(key)) {
        if (!FOREIGN_VARIABLES.contains(key) && !known.containsVariable(key)) {
          unknown.add(describe(key, known, key.toLowerCase(Locale.ROOT).replace('_', '.')));
        }
      } else if (key.startsWith(PREFIX) && !known.contains(key)) {
        unknown.add(describe(key, known, key));
      }
    }
  }

  private static boolean isVariable(String key) {
    return key.startsWith(VARIABLE_PREFIX);
  }

  private static String describe(String given, KnownKeys known, String asKey) {
    return known
        .nearest(asKey)
        .map(nearest -> "%s (did you mean %s?)".formatted(given, nearest))
        .orElse(given);
  }

  private void logEffective(KnownKeys known) {
    var effective = new TreeMap<String, String>();
    for (var key : known.all()) {
      context
          .getProperty(key, String.class)
          .ifPresent(value -> effective.put(key, masked(key, value)));
    }
    log.info("{} is configured with {}", service, effective);
  }

  static String masked(String key, String value) {
    return SECRET.matcher(key).find() ? "****" : value;
  }
}
