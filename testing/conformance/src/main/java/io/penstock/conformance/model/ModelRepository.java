package io.penstock.conformance.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Writes the models as a directory that a server can be started on.
public final class ModelRepository {

  private ModelRepository() {}

  /// Writes `DIR/<model>/config.pbtxt`, `DIR/<model>/1/model.onnx` and so on, over what is there.
  ///
  /// @return how many models
  public static int write(Path directory) throws IOException {
    var models = Models.all();
    for (var model : models) {
      write(directory.resolve(model.name()), model);
    }
    return models.size();
  }

  private static void write(Path directory, Model model) throws IOException {
    put(directory.resolve("config.pbtxt"), model.pbtxt().getBytes(UTF_8));
    for (var file : model.files().entrySet()) {
      put(directory.resolve(file.getKey()), file.getValue());
    }
  }

  private static void put(Path file, byte[] content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }
}
