package io.penstock.registry.signing;

import static io.penstock.registry.signing.SignatureBundle.expect;
import static io.penstock.registry.signing.SignatureBundle.present;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import com.google.gson.annotations.SerializedName;
import io.penstock.registry.artifact.ArtifactDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The in-toto statement that says which files a model consists of.
///
/// Format: OpenSSF model signing, predicate `https://model_signing/signature/v1.0`, files hashed
/// one by one.
final class ModelStatement {

  private static final String TYPE = "https://in-toto.io/Statement/v1";
  private static final String PREDICATE = "https://model_signing/signature/v1.0";
  private static final String SHA256 = "sha256";
  private static final Gson GSON = new Gson();

  // The statement as JSON. What Gson does not find it leaves null.
  private record Statement(
      @SerializedName("_type") @Nullable String type,
      @Nullable List<Subject> subject,
      @Nullable String predicateType,
      @Nullable Predicate predicate) {}

  private record Subject(@Nullable String name, @Nullable Map<String, String> digest) {}

  private record Predicate(
      @Nullable Serialization serialization, @Nullable List<Resource> resources) {}

  private record Serialization(
      @Nullable String method,
      @SerializedName("hash_type") @Nullable String hashType,
      @SerializedName("allow_symlinks") boolean allowSymlinks,
      @SerializedName("ignore_paths") @Nullable List<String> ignorePaths) {}

  private record Resource(
      @Nullable String name, @Nullable String algorithm, @Nullable String digest) {}

  private ModelStatement() {}

  static byte[] write(ModelManifest manifest) {
    var resources =
        manifest.files().entrySet().stream()
            .map(file -> new Resource(file.getKey(), SHA256, file.getValue().hex()))
            .toList();
    var statement =
        new Statement(
            TYPE,
            List.of(new Subject(manifest.model(), Map.of(SHA256, manifest.root().hex()))),
            PREDICATE,
            new Predicate(new Serialization("files", SHA256, false, List.of()), resources));
    return GSON.toJson(statement).getBytes(UTF_8);
  }

  /// Reads a statement; whatever is none is an illegal argument that says what was missed.
  static ModelManifest parse(byte[] json) {
    var statement = present(read(json), "statement");
    expect("_type", statement.type, TYPE);
    expect("predicateType", statement.predicateType, PREDICATE);
    var subjects = present(statement.subject, "subject");
    expect("number of subjects", String.valueOf(subjects.size()), "1");
    var subject = present(subjects.getFirst(), "subject");
    var manifest =
        ModelManifest.of(
            present(subject.name, "subject.name"),
            files(present(statement.predicate, "predicate")));
    var digests = present(subject.digest, "subject.digest");
    expect("root digest", digests.get(SHA256), manifest.root().hex());
    return manifest;
  }

  private static @Nullable Statement read(byte[] json) {
    try {
      return GSON.fromJson(new String(json, UTF_8), Statement.class);
    } catch (JsonParseException e) {
      throw new IllegalArgumentException("no in-toto statement in JSON", e);
    }
  }

  private static Map<String, ArtifactDigest> files(Predicate predicate) {
    var serialization = present(predicate.serialization, "serialization");
    expect("serialization method", serialization.method, "files");
    var files = new LinkedHashMap<String, ArtifactDigest>();
    for (var resource : present(predicate.resources, "resources")) {
      var file = present(resource, "resource");
      expect("hash algorithm", file.algorithm, SHA256);
      files.put(
          present(file.name, "resource name"),
          new ArtifactDigest(present(file.digest, "resource digest")));
    }
    return files;
  }
}
