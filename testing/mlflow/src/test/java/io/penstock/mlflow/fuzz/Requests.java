package io.penstock.mlflow.fuzz;

import com.google.protobuf.Descriptors.FieldDescriptor;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Makes requests of routes: the seed decides all of them but what the server has told before.
final class Requests {

  private static final List<String> VERBS =
      List.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "FOO");

  private static final List<String> MEDIA_TYPES =
      List.of(
          "text/plain",
          "application/xml",
          "multipart/form-data; boundary=x",
          "application/x-www-form-urlencoded",
          "application/json; charset=utf-16",
          "application/json;;;",
          "application/octet-stream",
          "/",
          "*/*",
          "x",
          "");

  private static final List<Map<String, String>> ODD_HEADERS =
      List.of(
          Map.of("Accept", "text/html"),
          Map.of("Accept", "x"),
          Map.of("Accept-Encoding", "br, identity;q=0, x"),
          Map.of("Content-Encoding", "gzip"),
          Map.of("Content-Encoding", "x"),
          Map.of("Expect", "100-continue"),
          Map.of("Expect", "x"),
          Map.of("Range", "bytes=5-1"),
          Map.of("If-Match", "\"x\""),
          Map.of("X-Request-Timeout", "1us"),
          Map.of("X-Request-Timeout", "999999999m"),
          Map.of("X-Request-Timeout", "x"),
          Map.of("X-HTTP-Method-Override", "DELETE"),
          Map.of("X-Forwarded-Proto", "gopher"),
          Map.of("X-Forwarded-Host", "x y"),
          Map.of("X-MLFLOW-WORKSPACE", "../x"),
          Map.of("X-Penstock-Sha256", "x"),
          Map.of("traceparent", "00-0-0-zz"),
          Map.of("Cookie", "a=b; c"),
          Map.of("Origin", "null"),
          Map.of("X-Long", "x".repeat(4_000)));

  private final List<FuzzRoute> routes;
  private final Values values;
  private final JsonBodies bodies;

  Requests(List<FuzzRoute> routes, Known known) {
    this.routes = routes;
    this.values = new Values(known);
    this.bodies = new JsonBodies(values);
  }

  FuzzRequest next(Chance chance) {
    var route = chance.of(routes);
    var verb = chance.oneIn(30) ? chance.of(VERBS) : route.binding().verb();
    return new FuzzRequest(
        route.name(), verb, target(route, chance), headers(route, chance), body(route, chance));
  }

  private byte[] body(FuzzRoute route, Chance chance) {
    if (!route.hasBody()) {
      return chance.oneIn(30) ? bodies.body(route.request(), chance) : new byte[0];
    }
    return route.isUpload()
        ? chance.bytes(chance.oneIn(20) ? 300_000 : chance.below(200))
        : bodies.body(route.request(), chance);
  }

  private static Map<String, String> headers(FuzzRoute route, Chance chance) {
    Map<String, String> headers = new LinkedHashMap<>();
    if (route.hasBody() && !chance.oneIn(40)) {
      headers.put(
          "Content-Type",
          chance.oneIn(40)
              ? chance.of(MEDIA_TYPES)
              : route.isUpload() ? "application/octet-stream" : "application/json");
    }
    if (chance.oneIn(15)) {
      headers.putAll(chance.of(ODD_HEADERS));
    }
    return headers;
  }

  private String target(FuzzRoute route, Chance chance) {
    var path = path(route, chance);
    if (chance.oneIn(20)) {
      path = path.replaceFirst("^/api/", "/ajax-api/");
    }
    if (chance.oneIn(60)) {
      path =
          chance.of(List.of(path + "/", "/" + path, path + "//x", path + ";a=b", path + "/../x"));
    }
    return path + query(route, chance);
  }

  private String path(FuzzRoute route, Chance chance) {
    var path = route.binding().path().toString();
    for (var variable : route.variables().entrySet()) {
      var field = route.request().findFieldByName(variable.getKey());
      var text = encoded(values.text(field, chance), variable.getValue().equals("**"), chance);
      path = path.replaceFirst("\\{" + variable.getKey() + "[^}]*}", "\0").replace("\0", text);
    }
    return path;
  }

  private String query(FuzzRoute route, Chance chance) {
    if (route.hasBody() && !chance.oneIn(20)) {
      return "";
    }
    var query = new StringBuilder();
    for (var field : route.parameters()) {
      if (chance.oneIn(values.isRequired(field) ? 30 : 3)) {
        continue;
      }
      int times = field.isRepeated() || chance.oneIn(30) ? chance.below(4) : 1;
      for (int i = 0; i < times; i++) {
        append(query, field.getName(), parameter(field, chance), chance);
      }
    }
    if (chance.oneIn(40)) {
      query.append(chance.of(List.of("&", "&=", "&%", "&x=%zz", "&x=%ff", "&;", "?", "&a&&b")));
    }
    return query.isEmpty() ? "" : "?" + query;
  }

  private static void append(StringBuilder query, String name, String value, Chance chance) {
    query.append(query.isEmpty() ? "" : "&").append(name).append('=');
    query.append(encoded(value, false, chance));
  }

  private String parameter(FieldDescriptor field, Chance chance) {
    return switch (field.getJavaType()) {
      case INT, LONG, FLOAT, DOUBLE ->
          chance.oneIn(4) ? OddValues.number(chance) : Integer.toString(chance.below(200));
      case BOOLEAN -> chance.of(List.of("true", "false", "1", "TRUE"));
      case ENUM -> chance.of(field.getEnumType().getValues()).getName();
      case STRING, BYTE_STRING, MESSAGE -> shortened(values.text(field, chance));
    };
  }

  // A longer request line is refused whole, which says nothing about the route.
  private static String shortened(String text) {
    return text.length() > 1_500 ? text.substring(0, 1_500) : text;
  }

  /// Percent-encoded in one of the ways that clients and attackers have.
  private static String encoded(String text, boolean slashesStay, Chance chance) {
    int way = chance.below(24);
    var encoded = new StringBuilder();
    for (byte octet : shortened(text).getBytes(StandardCharsets.UTF_8)) {
      char character = (char) (octet & 0xFF);
      if (way == 0 && character > ' ' && character < 0x7F && "?#\\".indexOf(character) < 0) {
        encoded.append(character);
      } else if (way == 1) {
        encoded.append("%%25%02x".formatted((int) character));
      } else if (way == 2) {
        encoded.append("%%%02x".formatted((int) character));
      } else if (isPlain(character) || (slashesStay && character == '/')) {
        encoded.append(character);
      } else {
        encoded.append("%%%02X".formatted((int) character));
      }
    }
    return way == 3
        ? encoded + chance.of(List.of("%", "%0", "%zz", "%c0%af", "%ff", "%ed%a0%80", "+"))
        : encoded.toString();
  }

  private static boolean isPlain(char character) {
    return character < 0x7F
        && (Character.isLetterOrDigit(character) || "-._~".indexOf(character) >= 0);
  }
}
