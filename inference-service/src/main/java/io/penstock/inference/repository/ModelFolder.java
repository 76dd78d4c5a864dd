package io.penstock.inference.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The folder of one model as it lies on disk. Two equal ones need not be read twice.
///
/// @param versions the folders with numbers for names
/// @param files how every file of the model and of its versions looked
record ModelFolder(
    Path path, NavigableMap<Long, Path> versions, NavigableMap<Path, FileStamp> files) {

  // Triton's rule: other folders, and numbers with zeros before them, are not versions.
  private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,17}");

  static ModelFolder look(Path path) throws IOException {
    var versions = new TreeMap<Long, Path>();
    var files = new TreeMap<Path, FileStamp>();
    for (var entry : entries(path)) {
      var name = entry.getFileName().toString();
      if (VERSION.matcher(name).matches() && Files.isDirectory(entry)) {
        versions.put(Long.valueOf(name), entry);
        stamp(entries(entry), files);
      }
    }
    stamp(entries(path), files);
    return new ModelFolder(path, versions, files);
  }

  private static List<Path> entries(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.filter(entry -> !entry.getFileName().toString().startsWith(".")).toList();
    }
  }

  private static void stamp(List<Path> entries, Map<Path, FileStamp> files) throws IOException {
    for (var entry : entries) {
      if (Files.isRegularFile(entry)) {
        files.put(entry, FileStamp.of(entry));
      }
    }
  }

  String model() {
    return path.getFileName().toString();
  }

  /// A file of the model's own, beside its versions.
  Optional<Path> file(String name) {
    return known(path.resolve(name));
  }

  /// A file of a version.
  Optional<Path> file(long version, String name) {
    return Optional.ofNullable(versions.get(version))
        .flatMap(folder -> known(folder.resolve(name)));
  }

  private Optional<Path> known(Path file) {
    return Optional.of(file).filter(files::containsKey);
  }
}
