package io.penstock.inference.lane;

import io.penstock.inference.lane.schedule.RunTimes;
import java.util.List;
import java.util.Optional;

/// An engine before another, which answers wherever the layer has nothing of its own to say.
public abstract class EngineLayer implements Engine {

  private final Engine next;

  protected EngineLayer(Engine next) {
    this.next = next;
  }

  @Override
  public void cancel(Job job) {
    next.cancel(job);
  }

  @Override
  public int queuedRows() {
    return next.queuedRows();
  }

  @Override
  public Optional<String> missing() {
    return next.missing();
  }

  @Override
  public List<RunTimes.Expectation> runTimes() {
    return next.runTimes();
  }

  @Override
  public void close() {
    next.close();
  }
}
