package io.penstock.registry.benchmark;

import io.penstock.kit.csv.CsvText;
import io.penstock.registry.RegistryFailure.BenchmarkDataUnfit;
import io.penstock.registry.artifact.ArtifactDigest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The truth in a CSV file, and the names of its columns.
final class LabelledData {

  static final int MOST_ROWS = 50_000;
  static final int MOST_BYTES = 16 << 20;

  private static final int MOST_COLUMNS = 1_000;

  private final List<String> header;
  private final double[] labels;

  private LabelledData(List<String> header, double[] labels) {
    this.header = List.copyOf(header);
    this.labels = labels;
  }

  /// Reads a file, and refuses one that nothing could be measured on.
  static LabelledData read(ArtifactDigest data, ByteBuffer bytes, String label) {
    var csv = new CsvText(text(data, bytes));
    var header = csv.next().orElseThrow(() -> unfit(data, "it is empty"));
    int column = header.indexOf(label);
    if (column < 0 || header.size() > MOST_COLUMNS) {
      throw unfit(
          data,
          "it has %d columns, expected at most %d, '%s' among them"
              .formatted(header.size(), MOST_COLUMNS, label));
    }
    var labels = new ArrayList<Double>();
    for (var row = csv.next(); row.isPresent(); row = csv.next()) {
      requireRoom(data, labels.size());
      labels.add(label(data, header.size(), row.get(), column, labels.size() + 1));
    }
    if (labels.size() < 2) {
      throw unfit(data, "it has %d rows, expected 2 or more".formatted(labels.size()));
    }
    return new LabelledData(header, labels.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static String text(ArtifactDigest data, ByteBuffer bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString();
    } catch (CharacterCodingException _) {
      throw unfit(data, "it is not UTF-8");
    }
  }

  private static void requireRoom(ArtifactDigest data, int rows) {
    if (rows == MOST_ROWS) {
      throw unfit(data, "it has more than %d rows".formatted(MOST_ROWS));
    }
  }

  private static double label(
      ArtifactDigest data, int width, List<String> row, int column, int number) {
    if (row.size() != width) {
      throw unfit(data, "row %d has %d fields, expected %d".formatted(number, row.size(), width));
    }
    try {
      double label = Double.parseDouble(row.get(column).strip());
      if (Double.isFinite(label)) {
        return label;
      }
    } catch (NumberFormatException _) {
      // Told below, as what is not finite.
    }
    throw unfit(data, "the label of row %d is no number".formatted(number));
  }

  static RuntimeException unfit(ArtifactDigest data, String detail) {
    return new BenchmarkDataUnfit(data.name(), detail).exception();
  }

  int rows() {
    return labels.length;
  }

  double[] labels() {
    return labels.clone();
  }

  boolean has(String column) {
    return header.contains(column);
  }

  List<String> columnsBut(String label) {
    return header.stream().filter(column -> !column.equals(label)).toList();
  }

  /// Whether the labels are 0 and 1, and both of them.
  boolean hasClasses() {
    boolean zero = false;
    boolean one = false;
    for (double label : labels) {
      if (label != 0 && label != 1) {
        return false;
      }
      zero |= label == 0;
      one |= label == 1;
    }
    return zero && one;
  }
}
