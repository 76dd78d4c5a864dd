package io.penstock.inference.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Looks at a directory again and again and remembers what it saw. A folder that changed is read
/// once it has looked the same twice: by then whoever copies into it has probably finished.
final class DirectoryScan {

  /// A folder as it was when it was read, what came of it, and how it looked last.
  private record Known(ModelFolder read, FolderReading reading, ModelFolder seen) {}

  private final Path directory;
  private final FolderReader reader = new FolderReader();
  private Map<String, Known> models = new HashMap<>();
  private boolean first = true;

  DirectoryScan(Path directory) {
    this.directory = directory;
  }

  /// Looks once.
  ///
  /// @param settled take what is there as finished
  /// @return what the models ask for, by name
  Map<String, FolderReading> look(boolean settled) throws IOException {
    var next = new TreeMap<String, Known>();
    for (var path : folders()) {
      var folder = ModelFolder.look(path);
      var known = known(folder, models.get(folder.model()), settled || first);
      if (known != null) {
        next.put(folder.model(), known);
      }
    }
    first = false;
    models = next;
    reader.keepOnly(files(next.values()));
    var readings = new TreeMap<String, FolderReading>();
    next.forEach((model, known) -> readings.put(model, known.reading()));
    return readings;
  }

  private List<Path> folders() throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(entry -> !entry.getFileName().toString().startsWith("."))
          .filter(Files::isDirectory)
          .sorted()
          .toList();
    }
  }

  private Known known(ModelFolder folder, @Nullable Known before, boolean settled) {
    if (before == null) {
      return settled ? read(folder) : unread(folder);
    }
    if (folder.equals(before.read())) {
      return new Known(before.read(), before.reading(), folder);
    }
    return settled || folder.equals(before.seen())
        ? new Known(folder, reader.read(folder).orRelease(before.reading()), folder)
        : new Known(before.read(), before.reading(), folder);
  }

  private Known read(ModelFolder folder) {
    return new Known(folder, reader.read(folder), folder);
  }

  // New here: nothing yet, and read when it looks the same once more.
  private static Known unread(ModelFolder folder) {
    var nothing = new FolderReading(Optional.empty(), Map.of(), Map.of());
    var empty = new ModelFolder(folder.path(), new TreeMap<>(), new TreeMap<>());
    return new Known(empty, nothing, folder);
  }

  private static HashSet<Path> files(Collection<Known> models) {
    var files = new ArrayList<Path>();
    models.forEach(known -> files.addAll(known.read().files().keySet()));
    return new HashSet<>(files);
  }
}
