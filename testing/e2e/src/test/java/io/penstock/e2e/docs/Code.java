package io.penstock.e2e.docs;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.stream.Stream;

/// The compiled classes of the kit and the services, read once.
final class Code {

  private static final JavaClasses CLASSES =
      ArchConfiguration.withThreadLocalScope(
          archUnit -> {
            // Only our own classes matter; looking up those that they mention takes ten times as
            // long.
            archUnit.setResolveMissingDependenciesFromClassPath(false);
            return imported();
          });

  private Code() {}

  private static JavaClasses imported() {
    return new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests())
        .importPackages(
            "io.penstock.kit",
            "io.penstock.oip",
            "io.penstock.registry",
            "io.penstock.feature",
            "io.penstock.inference",
            "io.penstock.monitoring",
            "io.penstock.governance",
            "io.penstock.gateway");
  }

  static Stream<JavaClass> classes() {
    return CLASSES.stream();
  }

  /// The heading under which the pages speak of a class: its service's.
  static String headingOf(Class<?> type) {
    var part = type.getPackageName().split("\\.")[2];
    return switch (part) {
      case "kit" -> "Every service";
      case "gateway" -> "gateway";
      case "oip" -> "open-inference";
      default -> part + "-service";
    };
  }
}
