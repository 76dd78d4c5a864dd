package io.penstock.registry.loggedmodel;

/// A version that was registered from a logged model.
///
/// @param model the name of the registered model
public record Registration(String model, long version) {}
