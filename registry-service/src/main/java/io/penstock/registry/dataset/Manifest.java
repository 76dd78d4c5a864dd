package io.penstock.registry.dataset;

import com.google.gson.Gson;
import io.penstock.registry.ByUtf8;
import io.penstock.registry.CanonicalJson;
import io.penstock.registry.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;

/// What a snapshot consists of. The hash of its canonical form names the snapshot: who has the
/// manifest can check each file, and who has the name can check the manifest.
public record Manifest(List<DatasetFile> files, List<SchemaColumn> schema) {

  private static final Gson GSON = new Gson();

  public Manifest {
    files = files.stream().sorted(Comparator.comparing(DatasetFile::path, ByUtf8.ORDER)).toList();
    schema = List.copyOf(schema);
  }

  /// As `penstock.registry.v1.DatasetManifest` tells: the same content is the same bytes.
  byte[] canonical() {
    var json = new CanonicalJson();
    json.object(
        manifest ->
            manifest.list("files", files, Manifest::write).list("schema", schema, Manifest::write));
    return json.bytes();
  }

  private static void write(CanonicalJson.Fields json, DatasetFile file) {
    json.text("path", file.path())
        .number("rows", file.rows())
        .text("sha256", file.sha256())
        .number("size", file.size());
  }

  private static void write(CanonicalJson.Fields json, SchemaColumn column) {
    json.text("name", column.name())
        .flag("nullable", column.nullable())
        .text("type", column.type());
  }

  String sha256() {
    return Sha256.hex(canonical());
  }

  /// Reads a canonical form.
  static Manifest read(byte[] canonical) {
    return GSON.fromJson(new String(canonical, StandardCharsets.UTF_8), Manifest.class);
  }

  long size() {
    return files.stream().mapToLong(DatasetFile::size).sum();
  }

  long rows() {
    return files.stream().mapToLong(DatasetFile::rows).sum();
  }
}
