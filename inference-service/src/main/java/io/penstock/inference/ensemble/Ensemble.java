package io.penstock.inference.ensemble;

import io.penstock.inference.lane.Engine;
import io.penstock.inference.lane.RunListener;
import io.penstock.inference.runtime.LoadedModel;
import io.penstock.inference.serving.VersionName;
import io.penstock.inference.tensor.ModelInterface;

/// A graph that was checked and can be served.
public final class Ensemble implements LoadedModel {

  private final Ensembles ensembles;
  private final VersionName name;
  private final Graph graph;

  Ensemble(Ensembles ensembles, VersionName name, Graph graph) {
    this.ensembles = ensembles;
    this.name = name;
    this.graph = graph;
  }

  /// What its callers give and get. Its requests do not run together as such; those of its steps
  /// do.
  @Override
  public ModelInterface shape() {
    return new ModelInterface(graph.inputs(), graph.outputs(), false);
  }

  /// An engine that answers by its steps.
  public Engine open(RunListener listener) {
    return ensembles.open(name, graph, listener);
  }
}
