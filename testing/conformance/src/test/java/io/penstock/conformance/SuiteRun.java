package io.penstock.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.conformance.cases.AllCases;
import io.penstock.conformance.suite.Extension;
import io.penstock.conformance.suite.Outcome;
import io.penstock.conformance.suite.Outcome.Verdict;
import io.penstock.conformance.suite.Report;
import io.penstock.conformance.suite.Section;
import io.penstock.conformance.suite.Selection;
import io.penstock.conformance.suite.Suite;
import io.penstock.conformance.suite.Summary;
import io.penstock.conformance.wire.Server;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// All cases against one server, as a test for each section.
final class SuiteRun {

  private static final Path TARGET = Path.of("target");

  private final List<Outcome> outcomes;

  private SuiteRun(List<Outcome> outcomes) {
    this.outcomes = outcomes;
  }

  /// Runs everything; what the server does not offer fails, too.
  ///
  /// @param name of the report: `target/conformance-{name}.json`
  static SuiteRun against(Server server, String name) throws IOException {
    var everything =
        new Selection(
            EnumSet.noneOf(Extension.class),
            Pattern.compile(System.getProperty("conformance.only", "")),
            EnumSet.allOf(Extension.class),
            true);
    var outcomes = new Suite(server, everything).run(AllCases.all(), outcome -> {});
    Report.write(outcomes, TARGET.resolve("conformance-" + name + ".json"));
    System.out.printf("%s:%n%s%n", name, new Summary(outcomes).table());
    return new SuiteRun(outcomes);
  }

  Stream<DynamicTest> sections() {
    return Arrays.stream(Section.values())
        .map(section -> DynamicTest.dynamicTest(section.title(), () -> requireKept(section)));
  }

  private void requireKept(Section section) {
    var broken =
        outcomes.stream()
            .filter(outcome -> outcome.of().section() == section && outcome.is(Verdict.FAILED))
            .map(outcome -> outcome.of().id() + "\n" + outcome.detail())
            .toList();
    assertThat(broken).as("%d cases of '%s'", broken.size(), section.title()).isEmpty();
  }
}
