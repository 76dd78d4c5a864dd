package io.penstock.registry.design;

/// One of the things that an experiment compares.
record DesignVariant(String name, String description) {}
