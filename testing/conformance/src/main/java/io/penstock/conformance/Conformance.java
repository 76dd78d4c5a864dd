package io.penstock.conformance;

import io.penstock.conformance.cases.AllCases;
import io.penstock.conformance.model.ModelRepository;
import io.penstock.conformance.suite.Outcome;
import io.penstock.conformance.suite.Outcome.Verdict;
import io.penstock.conformance.suite.Report;
import io.penstock.conformance.suite.Suite;
import io.penstock.conformance.suite.Summary;
import io.penstock.conformance.wire.Server;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;

/// The program: asks a server all cases and tells which it keeps.
public final class Conformance {

  private static final int CONFORMANT = 0;
  private static final int NOT_CONFORMANT = 1;
  private static final int UNUSABLE = 2;

  private final PrintStream out;

  private Conformance(PrintStream out) {
    this.out = out;
  }

  public static void main(String... arguments) {
    System.exit(new Conformance(System.out).run(arguments));
  }

  /// Runs the program as a library does.
  ///
  /// @return 0 where all that must be is, 1 where something is not, 2 where the arguments say
  ///   nothing that can be done
  static int run(PrintStream out, String... arguments) {
    return new Conformance(out).run(arguments);
  }

  private int run(String... arguments) {
    try {
      return run(CommandLine.parse(arguments));
    } catch (CommandLine.Unusable | IOException e) {
      out.println(e.getMessage());
      out.print(CommandLine.USAGE);
      return UNUSABLE;
    }
  }

  private int run(CommandLine line) throws IOException {
    if (line.models != null) {
      return write(line.models);
    }
    if (line.list) {
      return list(line);
    }
    try (var server = Server.at(line.grpc, line.http, line.token)) {
      return ask(server, line);
    }
  }

  private int write(Path directory) throws IOException {
    out.printf("%d models in %s%n", ModelRepository.write(directory), directory);
    return CONFORMANT;
  }

  private int list(CommandLine line) {
    var cases = AllCases.selected(line.selection());
    for (var one : cases) {
      out.printf(
          "%-60s %-6s %-22s %s%n",
          one.id(), one.level(), one.extension().label(), one.section().title());
    }
    out.printf("%d cases%n", cases.size());
    return CONFORMANT;
  }

  private int ask(Server server, CommandLine line) throws IOException {
    var suite = new Suite(server, line.selection());
    out.printf("the server offers %s%n%n", suite.extensions());
    var outcomes = suite.run(AllCases.all(), this::tell);
    var summary = new Summary(outcomes);
    out.println();
    out.print(summary.table());
    if (line.report != null) {
      Report.write(outcomes, line.report);
    }
    return summary.isConformant() ? CONFORMANT : NOT_CONFORMANT;
  }

  private void tell(Outcome outcome) {
    if (outcome.is(Verdict.PASSED)) {
      return;
    }
    out.printf("%-8s%s%n", outcome.verdict(), outcome.of().id());
    out.println("        " + outcome.detail().replace("\n", "\n        "));
  }
}
