package io.penstock.registry.dataset;

/// A file of a snapshot. The components are in the order of the canonical form.
///
/// @param path relative, with `/` between the names
/// @param rows 0 where nobody counted
public record DatasetFile(String path, long rows, String sha256, long size) {}
