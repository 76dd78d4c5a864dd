package io.penstock.e2e.docs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A table of a page.
///
/// @param heading the one that it stands under
/// @param columns their titles
/// @param rows cells by column; code marks around a whole cell are taken off
record MarkdownTable(String heading, List<String> columns, List<Map<String, String>> rows) {

  private static final Pattern CELL_END = Pattern.compile("(?<!\\\\)\\|");
  private static final Pattern CODE = Pattern.compile("`([^`]*)`");

  /// The tables of a page that have all of these columns.
  static List<MarkdownTable> in(String page, String... columns) {
    return in(page).stream().filter(table -> table.columns.containsAll(List.of(columns))).toList();
  }

  private static List<MarkdownTable> in(String page) {
    var tables = new ArrayList<MarkdownTable>();
    var heading = "";
    var lines = new ArrayList<String>();
    for (var line : (page + "\n").lines().toList()) {
      if (line.startsWith("|")) {
        lines.add(line);
        continue;
      }
      addTo(tables, heading, lines);
      lines.clear();
      heading = line.startsWith("#") ? line.replaceFirst("^#+ *", "") : heading;
    }
    addTo(tables, heading, lines);
    return tables;
  }

  private static void addTo(List<MarkdownTable> tables, String heading, List<String> lines) {
    if (lines.size() > 2) {
      var columns = cells(lines.getFirst());
      var rows = lines.stream().skip(2).map(line -> row(columns, cells(line))).toList();
      tables.add(new MarkdownTable(heading, columns, rows));
    }
  }

  private static Map<String, String> row(List<String> columns, List<String> cells) {
    if (cells.size() != columns.size()) {
      throw new IllegalStateException("%s has other columns than %s".formatted(cells, columns));
    }
    var row = new LinkedHashMap<String, String>();
    for (int i = 0; i < cells.size(); i++) {
      row.put(columns.get(i), cells.get(i));
    }
    return row;
  }

  private static List<String> cells(String line) {
    var parts = Stream.of(CELL_END.split(line.strip(), -1)).map(MarkdownTable::plain).toList();
    return parts.subList(1, parts.size() - 1);
  }

  private static String plain(String cell) {
    var code = CODE.matcher(cell.strip());
    return code.matches() ? code.group(1) : cell.strip();
  }
}
