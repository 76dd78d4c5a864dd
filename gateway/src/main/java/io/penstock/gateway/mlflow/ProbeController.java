package io.penstock.gateway.mlflow;

import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;

/// What scripts ask an MLflow server before they use it. Both are public.
@Controller
@Produces(MediaType.TEXT_PLAIN)
final class ProbeController {

  /// The API that is spoken, in the form of MLflow's own versions; what follows the plus sign says
  /// who speaks it.
  private static final String VERSION = "3.10.0+penstock";

  @Get("/health")
  String health() {
    return "OK";
  }

  @Get("/version")
  String version() {
    return VERSION;
  }
}
