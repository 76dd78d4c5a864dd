package io.penstock.registry.artifact;

import io.penstock.kit.events.Topics;
import io.penstock.kit.outbox.Change;
import io.penstock.kit.outbox.Changes;
import io.penstock.registry.RegistryFailure.ArtifactCorrupt;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the world that stored bytes are no longer what was stored: once for each artifact, however
/// often it is read, and once more when the bytes came anew.
@Singleton
final class TamperAlarm {

  private static final Logger log = LoggerFactory.getLogger(TamperAlarm.class);

  private final Changes changes;

  TamperAlarm(Changes changes) {
    this.changes = changes;
  }

  /// Never fails: the reader is about to be told of the loss, which weighs more.
  void raise(ArtifactCorrupt corrupt) {
    try {
      var digest = ArtifactDigest.ofName("artifact", corrupt.artifact());
      changes.run(change -> raise(change, digest, corrupt.detail()));
    } catch (RuntimeException e) {
      log.error("{} is altered, and no alarm could be raised", corrupt.artifact(), e);
    }
  }

  private static void raise(Change change, ArtifactDigest digest, String detail) {
    if (!TamperedArtifacts.add(change.handle(), digest, detail, change.time())) {
      return;
    }
    var versions = TamperedArtifacts.versionsOf(change.handle(), digest);
    change.audit(digest.name(), Map.of("alarm", detail, "versions", names(versions)));
    change.publish(Topics.ALERTS, TamperEvents.firing(digest, versions, detail, change.time()));
    log.error("{} is altered: {}; made of it: {}", digest.name(), detail, names(versions));
  }

  /// The bytes came anew.
  void resolve(Change change, ArtifactDigest digest) {
    if (TamperedArtifacts.remove(change.handle(), digest)) {
      var versions = TamperedArtifacts.versionsOf(change.handle(), digest);
      change.publish(Topics.ALERTS, TamperEvents.resolved(digest, versions, change.time()));
      log.info("{} is whole again", digest.name());
    }
  }

  private static String names(List<TamperedArtifacts.Version> versions) {
    return TamperedArtifacts.Version.names(versions);
  }
}
