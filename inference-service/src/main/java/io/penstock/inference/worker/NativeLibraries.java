package io.penstock.inference.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Where this process has ONNX Runtime's libraries from, so that workers need not unpack them
/// again: one that crashes would leave its copy behind.
final class NativeLibraries {

  private static final String NATIVE_PATH = "onnxruntime.native.path";

  private NativeLibraries() {}

  /// The option that tells a worker.
  static List<String> option() {
    return Optional.ofNullable(System.getProperty(NATIVE_PATH))
        .or(NativeLibraries::loadedFrom)
        .map(directory -> "-D" + NATIVE_PATH + "=" + directory)
        .stream()
        .toList();
  }

  private static Optional<String> loadedFrom() {
    var maps = Path.of("/proc/self/maps");
    if (!Files.isReadable(maps)) {
      return Optional.empty();
    }
    try (var lines = Files.lines(maps)) {
      return lines
          .filter(line -> line.endsWith("/libonnxruntime.so"))
          .map(line -> line.substring(line.indexOf('/'), line.lastIndexOf('/')))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
