package io.penstock.inference.sharedmemory;

import io.penstock.inference.InferenceFailure.RegionUnusable;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.InvalidArguments;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.regex.Pattern;

/// POSIX shared memory by name. Only plain files directly below `/dev/shm` are opened: no path, no
/// link, no device, and none of the semaphores that lie there, too.
final class SharedMemoryFile {

  private static final Path DIRECTORY = Path.of("/dev/shm");
  // The slash is part of the POSIX name; many clients leave it out.
  private static final Pattern KEY =
      Pattern.compile("/?(?!sem\\.)([A-Za-z0-9_-][A-Za-z0-9._-]{0,250})");

  private SharedMemoryFile() {}

  /// Opens a file that holds at least `end` bytes.
  static FileChannel open(String region, String key, long end) {
    var match = KEY.matcher(key);
    if (!match.matches()) {
      throw InvalidArguments.of(
          "key", "was '%s', expected the name of shared memory: /name".formatted(key));
    }
    try {
      return open(region, DIRECTORY.resolve(match.group(1)), end);
    } catch (NoSuchFileException e) {
      throw unusable(region, "has no shared memory of the name " + key);
    } catch (AccessDeniedException e) {
      throw unusable(region, "may not be read and written by this server");
    } catch (IOException e) {
      throw unusable(region, "cannot be opened: " + e.getMessage());
    }
  }

  private static FileChannel open(String region, Path path, long end) throws IOException {
    if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .isRegularFile()) {
      throw unusable(region, "is no plain shared memory");
    }
    var file =
        FileChannel.open(
            path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    if (file.size() < end) {
      long size = file.size();
      file.close();
      throw unusable(region, "holds %d bytes, and was to reach to %d".formatted(size, end));
    }
    return file;
  }

  private static FailureException unusable(String region, String detail) {
    return new FailureException(new RegionUnusable(region, detail));
  }
}
