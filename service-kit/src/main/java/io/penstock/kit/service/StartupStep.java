package io.penstock.kit.service;

/// Something that must be done before a service answers its first call: migrations, and the wait
/// for what they need. Steps run one after another, in the order of their `@Order`, while the
/// service is alive but not yet ready.
public interface StartupStep {

  String name();

  void run() throws InterruptedException;
}
