package io.penstock.kit.csv;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The records of a CSV text, as RFC 4180 describes it; a line may end without a carriage return.
public final class CsvText {

  private final String text;
  private int at;

  public CsvText(String text) {
    this.text = text;
  }

  /// The fields of the next record; empty at the end. Lines without a character are skipped.
  public Optional<List<String>> next() {
    while (at < text.length() && isLineEnd(text.charAt(at))) {
      at++;
    }
    return at == text.length() ? Optional.empty() : Optional.of(record());
  }

  private List<String> record() {
    var fields = new ArrayList<String>();
    fields.add(field());
    while (at < text.length() && text.charAt(at) == ',') {
      at++;
      fields.add(field());
    }
    return fields;
  }

  private String field() {
    return at < text.length() && text.charAt(at) == '"' ? quoted() : plain();
  }

  private String plain() {
    int start = at;
    while (at < text.length() && text.charAt(at) != ',' && !isLineEnd(text.charAt(at))) {
      at++;
    }
    return text.substring(start, at);
  }

  private String quoted() {
    var field = new StringBuilder();
    for (at++; at < text.length(); at++) {
      if (text.charAt(at) != '"') {
        field.append(text.charAt(at));
      } else if (at + 1 < text.length() && text.charAt(at + 1) == '"') {
        field.append('"');
        at++;
      } else {
        at++;
        // What follows the closing quote belongs to nothing; whoever reads a number will stumble.
        return field.append(plain()).toString();
      }
    }
    return field.toString();
  }

  private static boolean isLineEnd(char character) {
    return character == '\n' || character == '\r';
  }
}
