package io.penstock.inference.evaluation;

import io.penstock.kit.csv.CsvText;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The rows of a CSV file, a few at a time: only its text is held as a whole.
final class CsvRows {

  private final CsvText csv;
  private final List<String> header;
  private int read;

  private CsvRows(CsvText csv, List<String> header) {
    this.csv = csv;
    this.header = List.copyOf(header);
  }

  static CsvRows of(ByteBuffer file) throws EvaluationFailed {
    var csv = new CsvText(text(file));
    var header = csv.next().orElseThrow(() -> new EvaluationFailed("the data is empty"));
    return new CsvRows(csv, header);
  }

  private static String text(ByteBuffer file) throws EvaluationFailed {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(file.duplicate()).toString();
    } catch (CharacterCodingException e) {
      throw new EvaluationFailed("the data is not UTF-8", e);
    }
  }

  List<String> header() {
    return header;
  }

  /// Rows that were read so far.
  int read() {
    return read;
  }

  /// The next rows, at most so many; none at the end.
  List<List<String>> next(int most) throws EvaluationFailed {
    var rows = new ArrayList<List<String>>();
    while (rows.size() < most) {
      var row = csv.next();
      if (row.isEmpty()) {
        break;
      }
      rows.add(whole(row.get()));
    }
    return rows;
  }

  private List<String> whole(List<String> row) throws EvaluationFailed {
    read++;
    if (row.size() != header.size()) {
      throw new EvaluationFailed(
          "row %d of the data has %d fields, expected %d"
              .formatted(read, row.size(), header.size()));
    }
    return row;
  }
}
