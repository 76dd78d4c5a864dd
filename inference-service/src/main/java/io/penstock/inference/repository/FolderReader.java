package io.penstock.inference.repository;

import io.penstock.inference.release.WantedRelease;
import io.penstock.inference.release.WantedRelease.WantedTarget;
import io.penstock.inference.release.WantedRelease.WantedVersion;
import io.penstock.inference.serving.Variant;
import io.penstock.inference.serving.VersionConfig.Platform;
import io.penstock.inference.serving.VersionName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes a release of a model's folder: the newest of the allowed versions answers, the others
/// where a request pins them.
final class FolderReader {

  private static final Logger log = LoggerFactory.getLogger(FolderReader.class);

  // What stands in paths, metrics and file names without being quoted.
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");

  private final FileDigests digests = new FileDigests();

  FolderReading read(ModelFolder folder) {
    var model = folder.model();
    if (!NAME.matcher(model).matches()) {
      return FolderReading.broken(
          model, "the name was '%s', expected %s".formatted(model, NAME.pattern()));
    }
    try {
      var config = ConfigFileProtos.read(folder);
      if (!config.unused().isEmpty()) {
        log.info("{} asks for what has no effect here: {}", model, config.unused());
      }
      return read(folder, config);
    } catch (Unreadable e) {
      return FolderReading.broken(model, String.valueOf(e.getMessage()));
    }
  }

  private FolderReading read(ModelFolder folder, FolderConfig config) throws Unreadable {
    var artifacts = new HashMap<Long, Path>();
    for (long version : folder.versions().keySet()) {
      artifact(folder, version, config).ifPresent(file -> artifacts.put(version, file));
    }
    boolean needsNone = config.config().platform() == Platform.ENSEMBLE;
    var there = new TreeSet<>(needsNone ? folder.versions().keySet() : artifacts.keySet());
    var allowed = config.policy().apply(there).stream().sorted(Comparator.reverseOrder()).toList();
    if (allowed.isEmpty()) {
      throw new Unreadable(
          "no version is there that may be served; found the folders %s, and in %s of them one of %s"
              .formatted(folder.versions().keySet(), there, config.fileNames()));
    }
    return read(folder, config, allowed, artifacts);
  }

  private static Optional<Path> artifact(ModelFolder folder, long version, FolderConfig config) {
    return config.fileNames().stream()
        .flatMap(name -> folder.file(version, name).stream())
        .findFirst();
  }

  private FolderReading read(
      ModelFolder folder, FolderConfig config, List<Long> allowed, Map<Long, Path> artifacts)
      throws Unreadable {
    var files = new HashMap<String, Path>();
    var targets = new ArrayList<WantedTarget>();
    for (long version : allowed) {
      var file = artifacts.get(version);
      var artifact = "";
      if (file != null) {
        var digest = digest(folder, file);
        files.put(digest, file);
        artifact = "artifacts/" + digest;
      }
      targets.add(target(folder.model(), version, artifact, config, targets.isEmpty()));
    }
    var release = new WantedRelease(folder.model(), 0, targets, false);
    return new FolderReading(Optional.of(release), files, Map.of());
  }

  // Beside the newest, a version is a canary that no request falls to by itself.
  private static WantedTarget target(
      String model, long version, String artifact, FolderConfig config, boolean newest) {
    return new WantedTarget(
        new WantedVersion(
            new VersionName(model, Long.toString(version)),
            artifact,
            Optional.empty(),
            config.config()),
        newest ? Variant.PRIMARY : Variant.CANARY,
        newest ? 100 : 0);
  }

  private String digest(ModelFolder folder, Path file) throws Unreadable {
    try {
      return digests.of(file, Objects.requireNonNull(folder.files().get(file)));
    } catch (IOException e) {
      throw new Unreadable("%s cannot be read: %s".formatted(file, e), e);
    }
  }

  void keepOnly(Set<Path> files) {
    digests.keepOnly(files);
  }
}
