package io.penstock.mlflow.wire;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads a file of conversations.
///
/// ```
/// -- a comment
/// # a scenario
///
/// ## a case
/// since: 3
/// differs: why Penstock answers otherwise than MLflow
/// POST experiments/create
/// Authorization: none
/// {"name": "${u}-name"}
/// => 400 INVALID_PARAMETER_VALUE text of the message
/// mlflow => 500
/// {"what": "MLflow answers"}
/// ```
///
/// An answer is `STATUS` with JSON below, `STATUS ERROR_CODE message`, or `STATUS text body`;
/// headers that it must have stand in the lines after it. In messages and texts `\n` is a newline.
final class WireFile {

  private static final String HEADER = "[A-Za-z][A-Za-z0-9-]*: .*";

  private final String name;
  private final List<String> lines;
  private final List<Scenario> scenarios = new ArrayList<>();
  private int at;

  private WireFile(String name, List<String> lines) {
    this.name = name;
    this.lines = lines;
  }

  static List<Scenario> read(Path file) {
    try {
      var name = file.getFileName().toString().replace(".wire", "");
      return parse(name, Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Scenario> parse(String name, String text) {
    var file = new WireFile(name, List.of(text.split("\n", -1)));
    file.read();
    return file.scenarios;
  }

  private void read() {
    List<WireCase> cases = new ArrayList<>();
    while (at < lines.size()) {
      if (line().startsWith("# ")) {
        cases = new ArrayList<>();
        scenarios.add(new Scenario(name, next().substring(2), cases));
      } else if (line().startsWith("## ")) {
        cases.add(readCase());
      } else if (line().isBlank() || line().startsWith("-- ")) {
        at++;
      } else {
        throw unexpected("a scenario (#), a case (##) or a comment (--)");
      }
    }
  }

  private WireCase readCase() {
    int start = at + 1;
    var title = next().substring(3);
    var notes = notes();
    var request = request();
    if (!line().startsWith("=> ")) {
      throw unexpected("an answer (=>)");
    }
    var expected = answer("=> ");
    var mlflow = at < lines.size() && line().startsWith("mlflow => ") ? answer("mlflow => ") : null;
    return new WireCase(
        title,
        start,
        Integer.parseInt(notes.getOrDefault("since", "2")),
        notes.getOrDefault("differs", ""),
        request,
        expected,
        mlflow);
  }

  private Map<String, String> notes() {
    var notes = new LinkedHashMap<String, String>();
    while (line().startsWith("since: ") || line().startsWith("differs: ")) {
      put(notes, next());
    }
    return notes;
  }

  private WireRequest request() {
    var words = next().split(" ", 2);
    if (words.length < 2) {
      at--;
      throw unexpected("VERB target");
    }
    return new WireRequest(words[0], words[1], headers(), body());
  }

  private WireAnswer answer(String mark) {
    var words = next().substring(mark.length()).split(" ", 3);
    var status = words[0];
    var headers = headers();
    if (words.length == 1) {
      var body = body();
      return new WireAnswer(
          status, headers, new WireAnswer.Json(JsonParser.parseString(body == null ? "{}" : body)));
    }
    var text = words.length == 3 ? unescaped(words[2]) : "";
    return new WireAnswer(
        status,
        headers,
        words[1].equals("text") ? new WireAnswer.Text(text) : new WireAnswer.Error(words[1], text));
  }

  private Map<String, String> headers() {
    var headers = new LinkedHashMap<String, String>();
    while (at < lines.size() && line().matches(HEADER)) {
      put(headers, next());
    }
    return headers;
  }

  private static void put(Map<String, String> map, String line) {
    var parts = line.split(": ", 2);
    map.put(parts[0], parts[1]);
  }

  private @Nullable String body() {
    var body = new ArrayList<String>();
    while (at < lines.size() && !endsBody(line())) {
      body.add(next());
    }
    return body.isEmpty() ? null : String.join("\n", body);
  }

  private static boolean endsBody(String line) {
    return line.isBlank()
        || line.startsWith("# ")
        || line.startsWith("## ")
        || line.startsWith("=> ")
        || line.startsWith("mlflow => ");
  }

  private static String unescaped(String text) {
    return text.translateEscapes();
  }

  private String line() {
    return lines.get(at);
  }

  private String next() {
    return lines.get(at++);
  }

  private IllegalArgumentException unexpected(String expected) {
    return new IllegalArgumentException(
        "%s:%d: '%s' (expected: %s)".formatted(name, at + 1, line(), expected));
  }
}
