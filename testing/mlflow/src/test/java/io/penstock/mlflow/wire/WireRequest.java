package io.penstock.mlflow.wire;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request as it stands in its file, with places for variables.
///
/// @param target path and query; one without a leading slash is below `/api/2.0/mlflow/`
/// @param headers what the request carries besides or instead of the usual ones; a value of `none`
///   takes a usual one away
record WireRequest(String verb, String target, Map<String, String> headers, @Nullable String body) {

  private static final String PREFIX = "/api/2.0/mlflow/";

  String path() {
    return target.startsWith("/") ? target : PREFIX + target;
  }
}
