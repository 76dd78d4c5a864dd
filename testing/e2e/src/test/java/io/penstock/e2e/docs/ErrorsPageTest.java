package io.penstock.e2e.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import io.grpc.Status;
import io.penstock.kit.failure.FailureEncoder;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.FailureMapping;
import io.penstock.kit.failure.FailureStatus;
import java.lang.reflect.Constructor;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ErrorsPageTest {

  private static final String PAGE = "docs/errors.md";

  private static final FailureEncoder ENCODER = new FailureEncoder(mappings(), List.of());

  /// @param http the status at the gateway
  private record Answer(String heading, String reason, String grpc, String http) {}

  @Test
  void page_listsEveryReason() {
    var answers = Stream.concat(ofFailures(), ofTheEncoder()).distinct().toList();
    Agreement.check(PAGE, documented().toList(), answers);
  }

  @Test
  void page_saysWhenAndWhatToDo() {
    assertThat(tables().flatMap(table -> table.rows().stream()))
        .allSatisfy(
            row -> {
              assertThat(row.get("when")).as("%s", row).isNotBlank();
              assertThat(row.get("what to do")).as("%s", row).isNotBlank();
            });
  }

  @Test
  void everyFailure_hasAnAnswerOfItsOwn() {
    assertThat(KnownFailures.all())
        .isNotEmpty()
        .allSatisfy(
            failure ->
                assertThat(statusOf(new FailureException(failure)).reason())
                    .isNotEqualTo("INTERNAL"));
  }

  private static Stream<Answer> documented() {
    return tables()
        .flatMap(
            table ->
                table.rows().stream()
                    .map(
                        row ->
                            new Answer(
                                table.heading(),
                                row.getOrDefault("reason", ""),
                                row.getOrDefault("gRPC", ""),
                                row.getOrDefault("HTTP", ""))));
  }

  private static Stream<MarkdownTable> tables() {
    return MarkdownTable.in(Documents.read(PAGE), "reason", "gRPC", "HTTP", "when").stream();
  }

  private static Stream<Answer> ofFailures() {
    return KnownFailures.all()
        .map(
            failure ->
                answer(
                    Code.headingOf(failure.getClass()), statusOf(new FailureException(failure))));
  }

  /// What the kit answers without a failure of anybody's.
  private static Stream<Answer> ofTheEncoder() {
    return Stream.of(
            new CancellationException(),
            Status.DEADLINE_EXCEEDED.asRuntimeException(),
            new IllegalStateException("a bug, for this test"))
        .map(thrown -> answer("Every service", statusOf(thrown)));
  }

  private static FailureStatus statusOf(Throwable thrown) {
    return ENCODER.statusOf(thrown);
  }

  private static Answer answer(String heading, FailureStatus status) {
    return new Answer(
        heading, status.reason(), status.code().name(), Integer.toString(http(status)));
  }

  private static int http(FailureStatus status) {
    try {
      var table =
          Class.forName("io.penstock.gateway.rest.HttpCodes")
              .getDeclaredMethod("of", FailureStatus.class);
      table.setAccessible(true);
      return (int) table.invoke(null, status);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("expected the gateway's one table from failures to HTTP", e);
    }
  }

  private static List<FailureMapping> mappings() {
    return Code.classes()
        .filter(type -> type.isAssignableTo(FailureMapping.class))
        .filter(type -> !type.getModifiers().contains(JavaModifier.ABSTRACT))
        .map(JavaClass::reflect)
        .map(ErrorsPageTest::make)
        .toList();
  }

  private static FailureMapping make(Class<?> type) {
    try {
      Constructor<?> constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      return (FailureMapping) constructor.newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " should need nothing to be made", e);
    }
  }
}
