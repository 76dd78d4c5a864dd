package io.penstock.kit.failure;

/// Something that can go wrong and is the caller's to know about. Each service has one sealed
/// interface of records that extends this one; a bug is any exception that carries none.
public interface Failure {}
