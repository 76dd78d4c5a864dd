package io.penstock.kit.config;

import io.micronaut.context.BeanContext;
import io.micronaut.context.annotation.ConfigurationReader;
import io.micronaut.context.annotation.Property;
import io.micronaut.inject.BeanDefinition;
import io.micronaut.inject.qualifiers.Qualifiers;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Every key that some configuration record of the running service reads.
final class KnownKeys {

  /// Keys that are read by name rather than through a record.
  private static final Set<String> SINGLE = Set.of("penstock.service");

  /// Whatever follows these is a name that the operator chooses.
  private static final List<String> OPEN = List.of("penstock.peers.");

  private final Set<String> keys = new TreeSet<>(SINGLE);
  private final Set<String> openPrefixes = new HashSet<>(OPEN);
  private final Set<String> flat = new HashSet<>();

  KnownKeys(BeanContext beans) {
    for (var definition :
        beans.getBeanDefinitions(Qualifiers.byStereotype(ConfigurationReader.class))) {
      add(definition);
    }
    keys.forEach(key -> flat.add(flatten(key)));
  }

  Set<String> all() {
    return keys;
  }

  boolean contains(String key) {
    return keys.contains(key) || openPrefixes.stream().anyMatch(key::startsWith);
  }

  /// Environment variables cannot tell a dot from a dash, so they are compared without either.
  boolean containsVariable(String variable) {
    var name = flatten(variable);
    return flat.contains(name)
        || openPrefixes.stream().anyMatch(prefix -> name.startsWith(flatten(prefix)));
  }

  /// The known key that is spelled most like this one; empty where none comes near.
  Optional<String> nearest(String key) {
    return keys.stream()
        .min(java.util.Comparator.comparingInt(known -> Spelling.distance(known, key)))
        .filter(known -> Spelling.distance(known, key) <= Math.max(3, key.length() / 3));
  }

  private void add(BeanDefinition<?> definition) {
    for (var argument : definition.getConstructor().getArguments()) {
      argument
          .getAnnotationMetadata()
          .stringValue(Property.class, "name")
          .ifPresent(
              key -> {
                if (java.util.Map.class.isAssignableFrom(argument.getType())) {
                  openPrefixes.add(key + ".");
                } else if (List.class.isAssignableFrom(argument.getType())) {
                  keys.add(key);
                  openPrefixes.add(key + "[");
                } else {
                  keys.add(key);
                }
              });
    }
  }

  private static String flatten(String key) {
    return key.toLowerCase(Locale.ROOT).replaceAll("[._-]", "");
  }
}
