package io.penstock.demo;

/// The steps of the story, each with the service whose log tells most when it fails.
enum Step {
  REGISTER("Train, log and register", "registry"),
  GATE("Pass the gate", "governance"),
  FEATURES("Publish features", "feature"),
  TRAFFIC("Replay April to June as live traffic", "inference"),
  EVIDENCE("Where to look", "monitoring");

  private final String title;
  private final String service;

  Step(String title, String service) {
    this.title = title;
    this.service = service;
  }

  String title() {
    return title;
  }

  String service() {
    return service;
  }
}
