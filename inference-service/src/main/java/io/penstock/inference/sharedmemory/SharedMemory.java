package io.penstock.inference.sharedmemory;

import io.penstock.inference.InferenceFailure;
import io.penstock.inference.InferenceFailure.RegionExists;
import io.penstock.inference.InferenceFailure.RegionNotFound;
import io.penstock.inference.InferenceFailure.TooManyRegions;
import io.penstock.inference.InferenceFailure.Unsupported;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.InvalidArguments;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// The regions that are registered with this process.
@Singleton
public final class SharedMemory implements AutoCloseable {

  private static final int LONGEST_NAME = 256;

  private final SharedMemoryConfig config;
  private final TreeMap<String, SharedRegion> regions = new TreeMap<>();

  public SharedMemory(SharedMemoryConfig config) {
    this.config = config;
  }

  public boolean isEnabled() {
    return config.enabled();
  }

  /// Registers `size` bytes from `offset` on of the shared memory named `key`.
  public synchronized void register(String name, String key, long offset, long size) {
    requireEnabled();
    check(name, offset, size);
    if (regions.containsKey(name)) {
      throw failure(new RegionExists(name));
    }
    if (regions.size() >= config.regions()) {
      throw failure(new TooManyRegions(config.regions()));
    }
    var file = SharedMemoryFile.open(name, key, offset + size);
    regions.put(name, new SharedRegion(name, key, offset, size, config.maxTensorBytes(), file));
  }

  private static void check(String name, long offset, long size) {
    new InvalidArguments()
        .addIf(
            name.isBlank() || name.length() > LONGEST_NAME,
            "name",
            "was '%s', expected 1 to %d characters".formatted(name, LONGEST_NAME))
        .addIf(offset < 0, "offset", "is beyond any memory")
        .addIf(
            size <= 0 || size > Long.MAX_VALUE - Math.max(0, offset),
            "byte_size",
            "expected at least 1, and no more than there can be behind the offset")
        .throwIfAny();
  }

  /// The registered region of that name.
  public synchronized SharedRegion get(String name) {
    requireEnabled();
    return Optional.ofNullable(regions.get(name))
        .orElseThrow(() -> failure(new RegionNotFound(name)));
  }

  /// All regions, by name.
  public synchronized List<SharedRegion> all() {
    return List.copyOf(regions.values());
  }

  /// Forgets a region; one that is not there is no mistake.
  public synchronized void unregister(String name) {
    var region = regions.remove(name);
    if (region != null) {
      region.close();
    }
  }

  public synchronized void unregisterAll() {
    regions.values().forEach(SharedRegion::close);
    regions.clear();
  }

  private void requireEnabled() {
    if (!config.enabled()) {
      throw failure(
          new Unsupported(
              "shared memory is not enabled on this server",
              "set penstock.inference.shared-memory.enabled, or send the tensor itself"));
    }
  }

  private static FailureException failure(InferenceFailure failure) {
    return new FailureException(failure);
  }

  @Override
  @PreDestroy
  public void close() {
    unregisterAll();
  }
}
