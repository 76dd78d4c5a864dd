package io.penstock.registry.search.filter;

/// What is compared or sorted by: a column of the thing itself, or a key of what hangs on it.
///
/// @param key of an attribute the one name it goes by inside, whichever alias the caller used
public record Field(Kind kind, String key) {}
