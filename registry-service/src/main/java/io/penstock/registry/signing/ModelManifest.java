package io.penstock.registry.signing;

import io.penstock.registry.ByUtf8;
import io.penstock.registry.artifact.ArtifactDigest;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/// The files of a model with their digests, in the order of their paths: what a signature is over.
///
/// @param model the name under which the files are signed; verifiers take no notice of it
public record ModelManifest(String model, SequencedMap<String, ArtifactDigest> files) {

  public ModelManifest {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("a manifest without files");
    }
    files = Collections.unmodifiableSequencedMap(sorted(files));
  }

  /// A manifest of files in any order.
  public static ModelManifest of(String model, Map<String, ArtifactDigest> files) {
    return new ModelManifest(model, new TreeMap<>(files));
  }

  private static SequencedMap<String, ArtifactDigest> sorted(Map<String, ArtifactDigest> files) {
    var sorted = new TreeMap<String, ArtifactDigest>(ByUtf8.ORDER);
    sorted.putAll(files);
    return sorted;
  }

  /// SHA-256 over the digests, one after the other.
  public ArtifactDigest root() {
    var sha256 = ArtifactDigest.sha256();
    files
        .values()
        .forEach(digest -> sha256.update(ByteBuffer.wrap(HexFormat.of().parseHex(digest.hex()))));
    return ArtifactDigest.of(sha256);
  }
}
