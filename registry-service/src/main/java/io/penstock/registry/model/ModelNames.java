package io.penstock.registry.model;

import org.jdbi.v3.core.Handle;

/// The names of models that are there.
public final class ModelNames {

  private ModelNames() {}

  /// Lets nobody else take the name before this transaction ends: of two who want it the second
  /// learns that it is taken. To be called before any row is locked.
  public static void reserve(Handle handle, String name) {
    handle
        .createQuery("select pg_advisory_xact_lock(hashtextextended('model ' || :name, 0))")
        .bind("name", name)
        .mapTo(String.class)
        .findOne();
  }
}
