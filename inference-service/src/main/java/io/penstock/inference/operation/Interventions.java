package io.penstock.inference.operation;

import io.penstock.inference.serving.VersionConfig;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The interventions in force. They outlive a restart; where the disk does not take one it still
/// holds until then, because an operator who takes a model out must not be stopped by a full disk.
@Singleton
public final class Interventions {

  private static final Logger log = LoggerFactory.getLogger(Interventions.class);

  private final InterventionFiles files;
  private final Map<String, Intervention> inForce;

  Interventions(InterventionFiles files) {
    this.files = files;
    this.inForce = new ConcurrentHashMap<>(files.load());
    inForce.values().forEach(one -> log.warn("{} was {}", one.model(), one.reason()));
  }

  public Optional<Intervention> find(String model) {
    return Optional.ofNullable(inForce.get(model));
  }

  /// The unload that keeps a model out, if one does.
  public Optional<Intervention> unload(String model) {
    return find(model).filter(Intervention::unloaded);
  }

  /// How a version of the model is to be served that would have been served so.
  public VersionConfig configured(String model, VersionConfig own) {
    return find(model).map(one -> one.over(own)).orElse(own);
  }

  public void put(Intervention intervention) {
    inForce.put(intervention.model(), intervention);
    try {
      files.store(intervention);
    } catch (IOException e) {
      log.error(
          "The next start will not know that {} was {}",
          intervention.model(),
          intervention.reason(),
          e);
    }
  }

  /// The model is served as its release says again.
  public void remove(String model) {
    inForce.remove(model);
    try {
      files.remove(model);
    } catch (IOException e) {
      log.error("The next start will again keep to what was said of {}", model, e);
    }
  }
}
