package io.penstock.kit.failure;

/// One field of a request, by its path in the proto (`model.name`), and what is wrong with it.
public record FieldViolation(String field, String description) {}
