package io.penstock.registry.webhook;

import io.penstock.kit.outbox.Change;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;

/// What happens to runs; MLflow itself tells nothing of them.
@Singleton
public final class RunEvents {

  private final WebhookEvents events;

  RunEvents(WebhookEvents events) {
    this.events = events;
  }

  /// @param status as MLflow writes it: `FINISHED`, `FAILED` or `KILLED`
  public void ended(Change change, String run, String experiment, String status) {
    var data = named(run, experiment);
    data.put("status", status);
    events.record(change, resource(run), EventType.RUN_UPDATED, data);
  }

  public void deleted(Change change, String run, String experiment) {
    events.record(change, resource(run), EventType.RUN_DELETED, named(run, experiment));
  }

  private static String resource(String run) {
    return "runs/" + run;
  }

  private static Map<String, String> named(String run, String experiment) {
    var data = new LinkedHashMap<String, String>();
    data.put("run_id", run);
    data.put("experiment_id", experiment);
    return data;
  }
}
