package io.penstock.e2e.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The pages of the repository.
final class Documents {

  private static final Set<String> NOT_OURS =
      Set.of("target", "node_modules", "shared", ".git", ".penstock");

  private Documents() {}

  /// The text of a page, by its path from the root: `docs/errors.md`.
  static String read(String path) {
    return read(root().resolve(path));
  }

  static String read(Path page) {
    try {
      return Files.readString(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Every Markdown page of the repository.
  static List<Path> pages() {
    return pagesBelow(root()).toList();
  }

  private static Stream<Path> pagesBelow(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.sorted().toList().stream().flatMap(Documents::pagesAt);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> pagesAt(Path entry) {
    var name = entry.getFileName().toString();
    if (Files.isDirectory(entry)) {
      return NOT_OURS.contains(name) ? Stream.empty() : pagesBelow(entry);
    }
    return name.endsWith(".md") ? Stream.of(entry) : Stream.empty();
  }

  /// The directory of the repository, from wherever in it the tests run.
  static Path root() {
    var directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("docs/errors.md"))) {
      directory = directory.getParent();
      if (directory == null) {
        throw new IllegalStateException("expected to run somewhere below docs/errors.md");
      }
    }
    return directory;
  }
}
