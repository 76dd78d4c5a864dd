package io.penstock.governance.gate;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// CEL as policies use it: the facts as variables, nothing that is not in them, and bounds on what
/// an expression may cost.
final class PolicyLanguage {

  static final int LONGEST_EXPRESSION = 2000;
  private static final int MOST_ITERATIONS = 10_000;
  private static final int MOST_NODES = 1000;
  private static final int DEEPEST = 32;

  private static final MapType OBJECT = MapType.create(SimpleType.STRING, SimpleType.DYN);
  private static final Map<String, CelType> VARIABLES = variables();

  /// An expression that was understood: it can be evaluated any number of times.
  interface Compiled {
    /// Whether it holds for these facts, and which facts it read. Never throws.
    Verdict evaluate(Facts facts);
  }

  /// What an evaluation gave.
  record Verdict(boolean met, String detail) {}

  /// An expression that was not understood.
  ///
  /// @param line counted from one, like the column
  static final class NotCompiled extends Exception {
    private final int line;
    private final int column;

    NotCompiled(int line, int column, String problem) {
      super(problem);
      this.line = line;
      this.column = column;
    }

    int line() {
      return line;
    }

    int column() {
      return column;
    }
  }

  private final Cel cel;

  PolicyLanguage() {
    var options =
        CelOptions.current()
            .comprehensionMaxIterations(MOST_ITERATIONS)
            .maxExpressionCodePointSize(LONGEST_EXPRESSION)
            .maxParseExpressionNodeCount(MOST_NODES)
            .maxParseRecursionDepth(DEEPEST)
            .enableHeterogeneousNumericComparisons(true)
            .build();
    // The planner says that a variable is missing; the standard runtime would answer "unknown"
    // instead.
    var builder =
        CelFactory.plannerCelBuilder()
            .setOptions(options)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .setResultType(SimpleType.BOOL);
    VARIABLES.forEach(builder::addVar);
    this.cel = builder.build();
  }

  /// Checks an expression, but keeps its unchecked form, whose operators are chosen by the values
  /// they meet: the checker takes the element of a dynamic map for a bool, and
  /// `version.metrics["auc"] > baseline.metrics["auc"]` would never hold.
  Compiled compile(String expression) throws NotCompiled {
    CelValidationResult result = cel.compile(expression);
    if (result.hasError()) {
      throw notCompiled(result.getErrors().getFirst());
    }
    try {
      CelAbstractSyntaxTree ast = cel.parse(expression).getAst();
      var program = cel.createProgram(ast);
      var paths = FactPaths.of(ast, VARIABLES.keySet());
      return facts -> evaluate(program, paths, facts);
    } catch (CelValidationException | CelEvaluationException e) {
      throw new NotCompiled(1, 1, String.valueOf(e.getMessage()));
    }
  }

  private static NotCompiled notCompiled(CelIssue issue) {
    var place = issue.getSourceLocation();
    return new NotCompiled(
        Math.max(1, place.getLine()), Math.max(0, place.getColumn()) + 1, issue.getMessage());
  }

  // RuntimeException too: whatever a library does on odd facts, a gate answers and does not fail
  // open or fall over.
  private static Verdict evaluate(
      CelRuntime.Program program, List<List<String>> paths, Facts facts) {
    String read =
        paths.stream().map(path -> describe(path, facts)).collect(Collectors.joining(", "));
    try {
      Object value = program.eval(facts.toCel());
      return value instanceof Boolean met
          ? new Verdict(met, read)
          : new Verdict(false, "gave %s, expected true or false; %s".formatted(value, read));
    } catch (CelEvaluationException | RuntimeException e) {
      return new Verdict(false, "%s; %s".formatted(firstLine(e), read));
    }
  }

  private static String describe(List<String> path, Facts facts) {
    String value = facts.find(path).map(PolicyLanguage::shortened).orElse("missing");
    return String.join(".", path) + " = " + value;
  }

  private static String shortened(String json) {
    return json.length() <= 200 ? json : json.substring(0, 200) + "…";
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage())
        .lines()
        .findFirst()
        .orElse("")
        .replaceFirst("^evaluation error( at <input>:(\\d+))?: ", "");
  }

  private static Map<String, CelType> variables() {
    var variables = new LinkedHashMap<String, CelType>();
    for (String object : List.of("version", "baseline", "artifact", "features", "benchmarks")) {
      variables.put(object, OBJECT);
    }
    for (String list : List.of("approvals", "dataset_inputs")) {
      variables.put(list, ListType.create(SimpleType.DYN));
    }
    for (String text : List.of("requester", "target_stage", "subject", "action", "now")) {
      variables.put(text, SimpleType.STRING);
    }
    return variables;
  }
}
