package io.penstock.gateway.mlflow;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Media types by the names of files: what MLflow's own user interface shows as text or as a
/// picture, and bytes for everything else.
final class MediaTypes {

  private static final String BYTES = "application/octet-stream";

  private static final Set<String> TEXT =
      Set.of(
          "cfg",
          "conf",
          "err",
          "ini",
          "log",
          "md",
          "mlmodel",
          "mlproject",
          "out",
          "py",
          "rst",
          "txt",
          "yaml",
          "yml");

  private static final Map<String, String> OTHERS =
      Map.ofEntries(
          Map.entry("bmp", "image/bmp"),
          Map.entry("csv", "text/csv"),
          Map.entry("geojson", "application/geo+json"),
          Map.entry("gif", "image/gif"),
          Map.entry("htm", "text/html"),
          Map.entry("html", "text/html"),
          Map.entry("jpeg", "image/jpeg"),
          Map.entry("jpg", "image/jpeg"),
          Map.entry("json", "application/json"),
          Map.entry("pdf", "application/pdf"),
          Map.entry("png", "image/png"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("tsv", "text/tab-separated-values"),
          Map.entry("webp", "image/webp"),
          Map.entry("xml", "application/xml"),
          Map.entry("zip", "application/zip"));

  private MediaTypes() {}

  /// A name without an ending is its own: `MLmodel`.
  static String of(String fileName) {
    String ending = fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return TEXT.contains(ending) ? "text/plain" : OTHERS.getOrDefault(ending, BYTES);
  }
}
