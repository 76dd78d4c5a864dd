package io.penstock.registry.experiment;

/// Where the files of experiments and runs lie unless somebody says otherwise: in the registry
/// itself, behind its artifact proxy.
public final class DefaultLocations {

  private static final String PROXY = "mlflow-artifacts:/";

  private DefaultLocations() {}

  public static String ofExperiment(String id) {
    return PROXY + id;
  }

  /// The folder of a run below the location of its experiment.
  public static String ofRun(String experimentLocation, String run) {
    return join(experimentLocation, run + "/artifacts");
  }

  /// The folder of a logged model below the location of its experiment.
  public static String ofLoggedModel(String experimentLocation, String model) {
    return join(experimentLocation, "models/" + model + "/artifacts");
  }

  private static String join(String location, String path) {
    return location.endsWith("/") ? location + path : location + "/" + path;
  }
}
