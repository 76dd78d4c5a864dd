package io.penstock.governance.gate;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Which facts an expression reads: its longest select paths that begin at a declared variable, in
/// the order of reading.
final class FactPaths {

  private final Set<String> variables;
  private final Set<List<String>> paths = new LinkedHashSet<>();

  private FactPaths(Set<String> variables) {
    this.variables = variables;
  }

  static List<List<String>> of(CelAbstractSyntaxTree ast, Set<String> variables) {
    var found = new FactPaths(variables);
    found.visit(ast.getExpr());
    return List.copyOf(found.paths);
  }

  private void visit(CelExpr expr) {
    List<String> path = path(expr);
    if (!path.isEmpty()) {
      if (variables.contains(path.getFirst())) {
        paths.add(path);
      }
      return;
    }
    children(expr).forEach(this::visit);
  }

  // `a.b.c` and `a["b"].c` alike; empty for anything else.
  private static List<String> path(CelExpr expr) {
    return switch (expr.getKind()) {
      case IDENT -> List.of(expr.ident().name());
      case SELECT -> longer(path(expr.select().operand()), expr.select().field());
      case CALL -> indexed(expr.call());
      default -> List.of();
    };
  }

  private static List<String> indexed(CelExpr.CelCall call) {
    boolean byText =
        call.function().equals("_[_]")
            && call.args().get(1).getKind() == CelExpr.ExprKind.Kind.CONSTANT
            && call.args().get(1).constant().getKind() == CelConstant.Kind.STRING_VALUE;
    return byText
        ? longer(path(call.args().getFirst()), call.args().get(1).constant().stringValue())
        : List.of();
  }

  private static List<String> longer(List<String> path, String step) {
    if (path.isEmpty()) {
      return path;
    }
    var longer = new ArrayList<>(path);
    longer.add(step);
    return List.copyOf(longer);
  }

  private static List<CelExpr> children(CelExpr expr) {
    return switch (expr.getKind()) {
      case SELECT -> List.of(expr.select().operand());
      case CALL -> ofCall(expr.call());
      case LIST -> expr.list().elements();
      case MAP ->
          expr.map().entries().stream()
              .flatMap(entry -> Stream.of(entry.key(), entry.value()))
              .toList();
      case COMPREHENSION -> ofComprehension(expr.comprehension());
      default -> List.of();
    };
  }

  private static List<CelExpr> ofCall(CelExpr.CelCall call) {
    var children = new ArrayList<CelExpr>();
    call.target().ifPresent(children::add);
    children.addAll(call.args());
    return children;
  }

  private static List<CelExpr> ofComprehension(CelExpr.CelComprehension loop) {
    return List.of(
        loop.iterRange(), loop.accuInit(), loop.loopCondition(), loop.loopStep(), loop.result());
  }
}
