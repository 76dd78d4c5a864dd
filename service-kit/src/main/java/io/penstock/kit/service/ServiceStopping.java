package io.penstock.kit.service;

/// Published before a service drains: background work stops here.
public record ServiceStopping(String service) {}
