package io.penstock.registry.dataset;

/// A column that the rows of a snapshot have. The components are in the order of the canonical
/// form.
///
/// @param type in the words of whoever made the data
public record SchemaColumn(String name, boolean nullable, String type) {}
