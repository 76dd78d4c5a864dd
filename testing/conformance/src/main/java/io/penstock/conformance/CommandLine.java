package io.penstock.conformance;

import io.penstock.conformance.suite.Extension;
import io.penstock.conformance.suite.Selection;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// What the program was started with.
final class CommandLine {

  static final String USAGE =
      """
      conformance --grpc HOST:PORT --http http://HOST:PORT [option …]
          Asks a server that serves the suite's models. One of the two addresses will do.
          --token TOKEN        sent as bearer token
          --extension NAME     only cases of this extension; may be repeated
          --only PATTERN       only cases whose id holds this regular expression
          --require NAME       cases of this extension fail where the server does not offer it; `all` for all
          --local              the server is on this machine: shared memory can be tried
          --report FILE        writes the outcomes, .xml as JUnit does, else as JSON
          --list               prints the cases, asks nobody
      conformance models DIR
          Writes the models in Triton's layout: DIR/<model>/config.pbtxt, DIR/<model>/1/model.onnx
      """;

  /// A command line that says nothing that can be done.
  static final class Unusable extends Exception {
    Unusable(String message) {
      super(message);
    }
  }

  @Nullable Path models;
  @Nullable String grpc;
  @Nullable URI http;
  @Nullable Path report;
  String token = "";
  boolean list;
  private boolean local;
  private Pattern only = Pattern.compile("");
  private final Set<Extension> extensions = EnumSet.noneOf(Extension.class);
  private final Set<Extension> required = EnumSet.noneOf(Extension.class);

  private CommandLine() {}

  static CommandLine parse(String... arguments) throws Unusable {
    var line = new CommandLine();
    var rest = new ArrayDeque<>(List.of(arguments));
    while (!rest.isEmpty()) {
      line.take(rest.removeFirst(), rest);
    }
    if (line.models == null && line.grpc == null && line.http == null && !line.list) {
      throw new Unusable("neither --grpc nor --http");
    }
    return line;
  }

  private void take(String name, Deque<String> rest) throws Unusable {
    switch (name) {
      case "models" -> models = Path.of(value(name, rest));
      case "--grpc" -> grpc = value(name, rest);
      case "--http" -> http = address(value(name, rest));
      case "--token" -> token = value(name, rest);
      case "--extension" -> extensions.add(extension(value(name, rest)));
      case "--only" -> only = pattern(value(name, rest));
      case "--require" -> require(value(name, rest));
      case "--report" -> report = Path.of(value(name, rest));
      case "--local" -> local = true;
      case "--list" -> list = true;
      default -> throw new Unusable("unknown: " + name);
    }
  }

  Selection selection() {
    return new Selection(extensions, only, required, local);
  }

  private static String value(String name, Deque<String> rest) throws Unusable {
    var value = rest.pollFirst();
    if (value == null) {
      throw new Unusable(name + " needs a value");
    }
    return value;
  }

  private static URI address(String text) throws Unusable {
    if (!text.matches("https?://[^/]+/?")) {
      throw new Unusable("--http was %s, expected http://host:port".formatted(text));
    }
    return URI.create(text.replaceAll("/$", ""));
  }

  private static Pattern pattern(String text) throws Unusable {
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw new Unusable("--only was %s: %s".formatted(text, e.getDescription()));
    }
  }

  private void require(String name) throws Unusable {
    if (name.equals("all")) {
      required.addAll(List.of(Extension.values()));
    } else {
      required.add(extension(name));
    }
  }

  private static Extension extension(String name) throws Unusable {
    return Extension.named(name)
        .orElseThrow(
            () ->
                new Unusable(
                    "extension %s is none of %s"
                        .formatted(
                            name,
                            java.util.Arrays.stream(Extension.values())
                                .map(Extension::label)
                                .toList())));
  }
}
