package io.penstock.e2e.docs;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import io.grpc.Status;
import io.penstock.kit.failure.Failure;
import io.penstock.kit.failure.FailureStatus;
import io.penstock.kit.failure.KitFailure.Unauthenticated;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Every failure that the code knows, made with sample facts: each record of the sealed failure
/// types, once for every fact that its answer's reason may depend on.
final class KnownFailures {

  private KnownFailures() {}

  static Stream<Failure> all() {
    return Code.classes()
        .filter(type -> type.isAssignableTo(Failure.class) && type.isRecord())
        .flatMap(KnownFailures::samples);
  }

  private static Stream<Failure> samples(JavaClass type) {
    var record = type.reflect();
    List<List<Object>> facts = List.of(List.of());
    for (var component : record.getRecordComponents()) {
      facts = extended(facts, values(type, component));
    }
    var constructor = canonical(record);
    return facts.stream().map(values -> make(constructor, values));
  }

  private static List<List<Object>> extended(List<List<Object>> facts, List<?> values) {
    var result = new ArrayList<List<Object>>();
    for (var fact : facts) {
      for (var value : values) {
        var longer = new ArrayList<>(fact);
        longer.add(value);
        result.add(longer);
      }
    }
    return result;
  }

  private static List<?> values(JavaClass owner, RecordComponent component) {
    var type = component.getType();
    if (owner.isEquivalentTo(Unauthenticated.class) && component.getName().equals("reason")) {
      // Its own documentation says which these are.
      return List.of("TOKEN_MISSING", "TOKEN_EXPIRED", "TOKEN_INVALID");
    }
    if (type.isEnum()) {
      return constants(owner, type);
    }
    return List.of(sample(type));
  }

  /// The constants that this failure is really made with, as far as the code shows: those named
  /// beside a call of its constructor.
  private static List<?> constants(JavaClass failure, Class<?> type) {
    Set<JavaCodeUnit> makers =
        failure.getConstructors().stream()
            .flatMap(constructor -> constructor.getAccessesToSelf().stream())
            .map(JavaAccess::getOrigin)
            .collect(Collectors.toSet());
    Set<String> named =
        makers.stream()
            .flatMap(maker -> maker.getFieldAccesses().stream())
            .map(JavaFieldAccess::getTarget)
            .filter(field -> field.getOwner().isEquivalentTo(type))
            .map(field -> field.getName())
            .collect(Collectors.toSet());
    return Stream.of(type.getEnumConstants())
        .filter(constant -> named.isEmpty() || named.contains(((Enum<?>) constant).name()))
        .toList();
  }

  private static Object sample(Class<?> type) {
    return switch (type.getName()) {
      case "java.lang.String" -> "sample";
      case "int" -> 1;
      case "long" -> 1L;
      case "boolean" -> true;
      case "java.time.Duration" -> Duration.ofSeconds(1);
      case "java.time.Instant" -> Instant.EPOCH;
      // Another failure that this one passes on.
      case "io.penstock.kit.failure.FailureStatus" ->
          FailureStatus.of(Status.Code.UNAVAILABLE, "SAMPLE", "sample");
      case "java.util.List" -> List.of();
      case "java.util.Set" -> Set.of();
      default -> throw new IllegalStateException("no sample of " + type + ", add one");
    };
  }

  private static Constructor<?> canonical(Class<?> record) {
    var types = Stream.of(record.getRecordComponents()).map(RecordComponent::getType);
    try {
      var constructor = record.getDeclaredConstructor(types.toArray(Class<?>[]::new));
      constructor.setAccessible(true);
      return constructor;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Failure make(Constructor<?> constructor, List<Object> values) {
    try {
      return (Failure) constructor.newInstance(values.toArray());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(constructor + " refuses " + values, e);
    }
  }
}
