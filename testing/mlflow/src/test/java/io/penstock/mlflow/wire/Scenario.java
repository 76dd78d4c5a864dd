package io.penstock.mlflow.wire;

import java.util.List;

/// Cases that build on one another: what one captures, later ones use.
record Scenario(String file, String title, List<WireCase> cases) {}
