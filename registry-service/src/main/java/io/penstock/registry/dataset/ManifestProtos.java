package io.penstock.registry.dataset;

import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.registry.v1.DatasetManifest;
import io.penstock.registry.Limits;
import java.util.HashSet;
import java.util.regex.Pattern;

/// Manifests on the wire.
final class ManifestProtos {

  private static final int MOST_FILES = 10_000;
  private static final int PATH = 1_000;
  private static final Pattern NOT_IN_PATHS =
      Pattern.compile("(^|/)(\\.{0,2})(/|$)|\\\\|\\p{Cntrl}");

  private ManifestProtos() {}

  static void check(InvalidArguments problems, String field, DatasetManifest manifest) {
    int count = manifest.getFilesCount();
    problems.addIf(
        count < 1 || count > MOST_FILES,
        field + ".files",
        "has %d files, expected 1 to %d".formatted(count, MOST_FILES));
    checkFiles(problems, field, manifest);
    checkSchema(problems, field, manifest);
  }

  private static void checkFiles(
      InvalidArguments problems, String field, DatasetManifest manifest) {
    var paths = new HashSet<String>();
    for (int i = 0; i < Math.min(manifest.getFilesCount(), MOST_FILES); i++) {
      var path = "%s.files[%d]".formatted(field, i);
      check(problems, path, manifest.getFiles(i));
      problems.addIf(!paths.add(manifest.getFiles(i).getPath()), path + ".path", "comes twice");
    }
  }

  private static void check(
      InvalidArguments problems, String field, io.penstock.proto.registry.v1.DatasetFile file) {
    problems.addIf(
        NOT_IN_PATHS.matcher(file.getPath()).find(),
        field + ".path",
        "expected names with one '/' between them, none of them '.' or '..'");
    Limits.text(problems, field + ".path", file.getPath(), PATH);
    problems.addIf(
        !DatasetName.SHA256.matcher(file.getSha256()).matches(),
        field + ".sha256",
        "expected 64 lower-case hex digits");
    problems.addIf(file.getSizeBytes() < 0, field + ".size_bytes", "is negative");
    problems.addIf(file.getRows() < 0, field + ".rows", "is negative");
  }

  private static void checkSchema(
      InvalidArguments problems, String field, DatasetManifest manifest) {
    Limits.count(problems, field + ".schema", manifest.getSchemaCount());
    var names = new HashSet<String>();
    for (int i = 0; i < Math.min(manifest.getSchemaCount(), Limits.ENTRIES); i++) {
      var path = "%s.schema[%d]".formatted(field, i);
      Limits.key(problems, path + ".name", manifest.getSchema(i).getName());
      Limits.text(problems, path + ".type", manifest.getSchema(i).getType(), Limits.KEY);
      problems.addIf(!names.add(manifest.getSchema(i).getName()), path + ".name", "comes twice");
    }
  }

  static Manifest fromProto(DatasetManifest manifest) {
    return new Manifest(
        manifest.getFilesList().stream()
            .map(
                file ->
                    new DatasetFile(
                        file.getPath(), file.getRows(), file.getSha256(), file.getSizeBytes()))
            .toList(),
        manifest.getSchemaList().stream()
            .map(
                column ->
                    new SchemaColumn(column.getName(), column.getNullable(), column.getType()))
            .toList());
  }

  static DatasetManifest toProto(Manifest manifest) {
    return DatasetManifest.newBuilder()
        .addAllFiles(manifest.files().stream().map(ManifestProtos::toProto).toList())
        .addAllSchema(manifest.schema().stream().map(ManifestProtos::toProto).toList())
        .build();
  }

  static io.penstock.proto.registry.v1.DatasetFile toProto(DatasetFile file) {
    return io.penstock.proto.registry.v1.DatasetFile.newBuilder()
        .setPath(file.path())
        .setSha256(file.sha256())
        .setSizeBytes(file.size())
        .setRows(file.rows())
        .build();
  }

  static io.penstock.proto.registry.v1.SchemaColumn toProto(SchemaColumn column) {
    return io.penstock.proto.registry.v1.SchemaColumn.newBuilder()
        .setName(column.name())
        .setType(column.type())
        .setNullable(column.nullable())
        .build();
  }
}
