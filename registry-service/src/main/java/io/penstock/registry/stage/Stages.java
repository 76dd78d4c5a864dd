package io.penstock.registry.stage;

import io.penstock.kit.outbox.Change;
import io.penstock.registry.Times;
import io.penstock.registry.version.ModelSubjects;
import io.penstock.registry.version.ModelVersion;
import io.penstock.registry.version.Stage;
import io.penstock.registry.version.VersionRepository;
import io.penstock.registry.webhook.ModelEvents;
import jakarta.inject.Singleton;

/// The only way from one stage to another: whatever moves a version leaves a row in its history and
/// is told to those who listen.
@Singleton
public final class Stages {

  private final ModelEvents events;

  Stages(ModelEvents events) {
    this.events = events;
  }

  /// Moves a version that the change's transaction has locked.
  public ModelVersion move(Change change, ModelVersion version, Stage to, Reason reason) {
    var handle = change.handle();
    var now = Times.micros(change.time());
    var moved = version.in(to);
    VersionRepository.updateStage(handle, moved, now);
    StageChangeRepository.append(handle, version.name(), version.stage(), to, reason, now);
    ModelSubjects.ofId(handle, version.name().model())
        .ifPresent(
            model ->
                events.stageUpdated(
                    change, model, version.name().number(), version.stage().title(), to.title()));
    return moved;
  }

  /// Archives every version of a model that this transaction has locked.
  public static void endAll(Change change, String model, Reason reason) {
    StageChangeRepository.endAll(change.handle(), model, reason, Times.micros(change.time()));
  }
}
