package io.penstock.inference.memory;

/// A model that does not fit into memory beside those that are in use. Later it may.
public final class NoRoom extends Exception {

  NoRoom(String message) {
    super(message);
  }
}
