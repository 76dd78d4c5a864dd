package io.penstock.e2e.docs;

import static java.util.stream.Collectors.toCollection;

import io.penstock.kit.access.AccessRule;
import io.penstock.kit.access.BuiltInRoles;
import io.penstock.kit.access.PermissionSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Who may call what: every RPC of the contract, and every built-in role. The documentation shows
/// it, the contract says it, and the services must do it.
///
/// @param roles in the order of the columns
public record PermissionTable(List<String> roles, List<Row> rows) {

  /// The column of those who send no credential at all.
  public static final String ANONYMOUS = "no token";

  static final String PAGE = "docs/permissions.md";

  private static final String YES = "✓";
  private static final List<String> FACTS = List.of("RPC", "permission", "audited", "cost");

  /// One RPC.
  ///
  /// @param rpc `penstock.registry.v1.ModelService/GetModel`
  /// @param allowed the roles that may call it
  public record Row(
      String rpc, String permission, String audited, String cost, Set<String> allowed) {
    public Row {
      allowed = Set.copyOf(allowed);
    }
  }

  /// The table as `docs/permissions.md` has it.
  public static PermissionTable documented() {
    var tables = MarkdownTable.in(Documents.read(PAGE), FACTS.toArray(String[]::new));
    var columns = tables.getFirst().columns();
    var roles = columns.subList(FACTS.size(), columns.size());
    var rows = tables.stream().flatMap(table -> table.rows().stream()).map(row -> row(roles, row));
    return new PermissionTable(List.copyOf(roles), rows.toList());
  }

  private static Row row(List<String> roles, Map<String, String> cells) {
    var allowed =
        roles.stream()
            .filter(role -> YES.equals(cells.get(role)))
            .collect(toCollection(TreeSet::new));
    return new Row(
        cells.getOrDefault("RPC", ""),
        cells.getOrDefault("permission", ""),
        cells.getOrDefault("audited", ""),
        cells.getOrDefault("cost", ""),
        allowed);
  }

  /// The table as it follows from the options of the RPCs and the roles of the contract.
  public static PermissionTable ofContract() {
    var roles = BuiltInRoles.load();
    var columns = new ArrayList<String>(List.of(ANONYMOUS));
    columns.addAll(new TreeSet<>(roles.keySet()));
    var rows = new ArrayList<Row>();
    for (var method : ContractFiles.methods()) {
      var rule =
          AccessRule.of(method)
              .orElseThrow(() -> new IllegalStateException("no access option: " + method));
      rows.add(row(method.getService().getFullName() + "/" + method.getName(), rule, roles));
    }
    return new PermissionTable(List.copyOf(columns), List.copyOf(rows));
  }

  private static Row row(String rpc, AccessRule rule, Map<String, PermissionSet> roles) {
    var allowed = new TreeSet<String>();
    if (rule.open()) {
      allowed.add(ANONYMOUS);
    }
    roles.forEach(
        (role, permissions) -> {
          if (rule.open() || permissions.holds(rule.permission())) {
            allowed.add(role);
          }
        });
    return new Row(
        rpc,
        rule.open() ? "public" : rule.permission(),
        rule.audited() ? "yes" : "no",
        rule.cost().name().replace("COST_", "").toLowerCase(java.util.Locale.ROOT),
        allowed);
  }

  /// Whether a caller with this role alone may call the RPC.
  public boolean allows(String rpc, String role) {
    return rows.stream().anyMatch(row -> row.rpc.equals(rpc) && row.allowed.contains(role));
  }

  /// The full method names.
  public List<String> rpcs() {
    return rows.stream().map(Row::rpc).toList();
  }
}
