package io.penstock.gateway.mlflow;

import io.penstock.gateway.rest.Dialect.Opening;
import io.penstock.proto.mlflow.v1.DownloadFileResponse;
import io.penstock.proto.mlflow.v1.UploadFileResponse;
import io.penstock.proto.mlflow.v1.UploadPartResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// The headers around the bytes of files.
final class ArtifactHeaders {

  /// The digest of a file, from those who check it and for those who do: MLflow has none.
  static final String SHA256 = "X-Penstock-Sha256";

  private ArtifactHeaders() {}

  static Map<String, String> of(UploadFileResponse stored) {
    return digest(stored.getSha256());
  }

  static Map<String, String> of(UploadPartResponse stored) {
    return Map.of("ETag", stored.getEtag());
  }

  /// What precedes a download. A file is always something to be saved: a browser that showed one
  /// would run what somebody logged, as a page of ours.
  static Opening opening(DownloadFileResponse first) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put("Content-Disposition", attachment(first.getFileName()));
    // Another file may lie under the same path at any time.
    headers.put("Cache-Control", "no-cache");
    headers.putAll(digest(first.getSha256()));
    return new Opening(
        MediaTypes.of(first.getFileName()),
        headers,
        first.hasFileSize() ? first.getFileSize() : -1);
  }

  private static Map<String, String> digest(String sha256) {
    return sha256.isEmpty() ? Map.of() : Map.of("ETag", "\"" + sha256 + "\"", SHA256, sha256);
  }

  // RFC 6266: plain for those who know nothing better, in full for the others.
  private static String attachment(String fileName) {
    String plain = fileName.replaceAll("[^a-zA-Z0-9._-]", "_");
    String full = URLEncoder.encode(fileName, StandardCharsets.UTF_8).replace("+", "%20");
    return plain.equals(fileName)
        ? "attachment; filename=" + plain
        : "attachment; filename=%s; filename*=UTF-8''%s".formatted(plain, full);
  }
}
