package io.penstock.inference.serving;

/// The name of a model version, in the registry's form and in the protocol's.
public record VersionName(String model, String version) {

  /// Reads `models/{model}/versions/{n}`.
  public static VersionName parse(String resource) {
    var parts = resource.split("/", -1);
    if (parts.length != 4 || !parts[0].equals("models") || !parts[2].equals("versions")) {
      throw new IllegalArgumentException(
          "'%s' is no version, expected models/{model}/versions/{n}".formatted(resource));
    }
    return new VersionName(parts[1], parts[3]);
  }

  /// `models/{model}/versions/{n}`.
  @Override
  public String toString() {
    return "models/" + model + "/versions/" + version;
  }
}
