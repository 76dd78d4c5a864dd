package io.penstock.inference.serving;

import io.penstock.inference.lane.Engine;
import io.penstock.inference.tensor.ModelInterface;

/// What stands between the callers of a version and its lane.
public interface Layers {

  /// What callers send and are told.
  ///
  /// @param model what the model itself takes and gives
  ModelInterface shape(ModelInterface model);

  /// Puts the layers before a lane, which then belongs to what is returned.
  Engine before(Engine lane, VersionStatistics statistics);

  /// The version is made, and takes no requests yet.
  void made(ServedVersion version);
}
