package io.penstock.testkit;

import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethodWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The rules of the house, for one module: `class ArchitectureTest extends ArchitectureRules {
/// ArchitectureTest() { super("io.penstock.registry"); } }`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ArchitectureRules {

  private static final Pattern NAMES_THAT_SAY_NOTHING =
      Pattern.compile(".*(Util|Utils|Helper|Helpers|Manager|Impl|DTO|Dto)");

  /// What reads the real time, the environment, or waits: only behind a `Clock`, a `Ticker`, the
  /// configuration, a loop.
  private static final Map<String, Set<String>> REAL_WORLD =
      Map.of(
          "java.lang.System", Set.of("currentTimeMillis", "nanoTime", "getenv", "exit"),
          "java.lang.Thread", Set.of("sleep"),
          "java.time.Instant", Set.of("now"),
          "java.time.LocalDate", Set.of("now"),
          "java.time.LocalDateTime", Set.of("now"),
          "java.time.ZonedDateTime", Set.of("now"),
          "java.time.OffsetDateTime", Set.of("now"));

  private static final List<String> SERVICES =
      List.of("registry", "feature", "inference", "monitoring", "governance", "gateway");

  private final String root;
  private final JavaClasses classes;

  protected ArchitectureRules(String root) {
    this.root = root;
    this.classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(root)
            .that(written());
  }

  /// Endings of the names of classes that may know gRPC and the generated messages.
  protected Set<String> wireEndings() {
    return Set.of("GrpcService", "Protos", "Failures", "Client", "Follower", "Events");
  }

  /// Simple names of classes that may touch the real world; each with its reason in the overriding
  /// test.
  protected Set<String> realWorldClasses() {
    return Set.of();
  }

  @Test
  void names_sayWhatATypeIs() {
    classes()
        .should(satisfy("have a name that says something", ArchitectureRules::saysSomething))
        .check(classes);
  }

  @Test
  void topLevelClasses_areFinalOrAbstract() {
    classes()
        .that(describe("are top-level classes", ArchitectureRules::isTopLevelClass))
        .should(satisfy("be final, sealed or abstract", ArchitectureRules::isClosed))
        .check(classes);
  }

  @Test
  void features_formNoCycle() {
    slices()
        .matching(root + ".(*)..")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(classes);
  }

  @Test
  void services_knowNoOtherService() {
    var others =
        SERVICES.stream()
            .map(service -> "io.penstock." + service)
            .filter(other -> !root.startsWith(other))
            .map(other -> other + "..")
            .toArray(String[]::new);
    noClasses().should().dependOnClassesThat().resideInAnyPackage(others).check(classes);
  }

  @Test
  void theWire_staysAtTheEdge() {
    noClasses()
        .that(describe("are no adapters", this::isInside))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.grpc..", "io.penstock.proto..")
        .allowEmptyShould(true)
        .check(classes);
  }

  @Test
  void theRealWorld_isInjected() {
    noClasses()
        .that(describe("have no excuse", type -> !realWorldClasses().contains(outermost(type))))
        .should(callMethodWhere(describe("touches the real world", this::touchesRealWorld)))
        .allowEmptyShould(true)
        .check(classes);
  }

  @Test
  void packages_areNullMarked() {
    classes()
        .should(
            satisfy(
                "be in a package that is @NullMarked",
                type -> type.getPackage().isAnnotatedWith(NullMarked.class)))
        .check(classes);
  }

  private boolean touchesRealWorld(JavaMethodCall call) {
    var target = call.getTarget();
    return REAL_WORLD.getOrDefault(target.getOwner().getName(), Set.of()).contains(target.getName())
        && target.getRawParameterTypes().stream()
            .noneMatch(type -> type.isEquivalentTo(java.time.Clock.class));
  }

  private boolean isInside(JavaClass type) {
    var name = outermost(type);
    return wireEndings().stream().noneMatch(name::endsWith);
  }

  private static String outermost(JavaClass type) {
    return type.getEnclosingClass()
        .map(ArchitectureRules::outermost)
        .orElseGet(type::getSimpleName);
  }

  private static boolean saysSomething(JavaClass type) {
    return !NAMES_THAT_SAY_NOTHING.matcher(type.getSimpleName()).matches();
  }

  private static boolean isTopLevelClass(JavaClass type) {
    return type.isTopLevelClass() && !type.isInterface() && !type.isEnum();
  }

  private static boolean isClosed(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.FINAL)
        || type.getModifiers().contains(JavaModifier.ABSTRACT)
        || type.reflect().isSealed();
  }

  // Micronaut's processor writes classes whose names begin with a dollar, or end in $Intercepted
  // for event listeners.
  private static DescribedPredicate<JavaClass> written() {
    return describe(
        "are written by hand",
        type ->
            !type.getFullName().contains(".$")
                && !type.getFullName().endsWith("$Intercepted")
                && !type.getSimpleName().equals("package-info"));
  }

  private static <T> DescribedPredicate<T> describe(
      String words, java.util.function.Predicate<? super T> predicate) {
    return DescribedPredicate.describe(words, predicate);
  }

  private static ArchCondition<JavaClass> satisfy(
      String words, java.util.function.Predicate<? super JavaClass> predicate) {
    return new ArchCondition<>(words) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        if (!predicate.test(type)) {
          events.add(
              SimpleConditionEvent.violated(
                  type, "%s does not %s".formatted(type.getName(), words)));
        }
      }
    };
  }
}
