package io.penstock.registry.file;

import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/// Files that nobody wrote and nothing stores: they are made, when somebody asks, of what the
/// registry knows anyway. They lie below a folder of their own, in which nobody can write.
public interface MadeFiles {

  /// No experiment has an id that begins so.
  ArtifactFilePath FOLDER = new ArtifactFilePath("_versions");

  /// Where the files of a version lie that was registered from an artifact alone.
  static String location(String model, long number) {
    return "mlflow-artifacts:/%s/%s/%d".formatted(FOLDER, model, number);
  }

  static boolean hold(ArtifactFilePath path) {
    return path.equals(FOLDER) || path.value().startsWith(FOLDER.first());
  }

  Optional<ArtifactFile> find(ArtifactFilePath path);

  /// What lies directly in a folder, in the order of the names.
  List<ArtifactFile> list(ArtifactFilePath folder);

  /// The bytes of a file that was found.
  InputStream open(ArtifactFile file);
}
