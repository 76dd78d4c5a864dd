package io.penstock.registry.stage;

import io.penstock.kit.outbox.Change;
import io.penstock.registry.Times;
import io.penstock.registry.version.ModelVersion;
import io.penstock.registry.version.Stage;
import io.penstock.registry.version.VersionRepository;

/// The only way from one stage to another: whatever moves a version leaves a row in its history.
public final class Stages {

  private Stages() {}

  /// Moves a version that the change's transaction has locked.
  public static ModelVersion move(Change change, ModelVersion version, Stage to, Reason reason) {
    var now = Times.micros(change.time());
    var moved = version.in(to);
    VersionRepository.updateStage(change.handle(), moved, now);
    StageChangeRepository.append(change.handle(), version.name(), version.stage(), to, reason, now);
    return moved;
  }
}
