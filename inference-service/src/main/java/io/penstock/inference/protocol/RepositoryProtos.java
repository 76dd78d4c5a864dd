package io.penstock.inference.protocol;

import io.penstock.inference.InferenceFailure.Unsupported;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.InvalidArguments;
import io.penstock.proto.oip.ModelRepositoryParameter;
import io.penstock.proto.oip.RepositoryModelLoadRequest;
import io.penstock.proto.oip.RepositoryModelUnloadRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Requests to load and unload, in the dialects that clients speak.
final class RepositoryProtos {

  private static final String CONFIG = "config";
  private static final String DEPENDENTS = "unload_dependents";

  private RepositoryProtos() {}

  /// KServe's clients name the model in the first field, which is Triton's for the repository.
  static String model(String modelName, String repositoryName) {
    var model = modelName.isEmpty() ? repositoryName : modelName;
    if (model.isEmpty()) {
      throw InvalidArguments.of("model_name", "is empty");
    }
    return model;
  }

  static Optional<String> config(RepositoryModelLoadRequest request) {
    var problems = new InvalidArguments();
    for (var name : request.getParametersMap().keySet()) {
      if (name.startsWith("file:")) {
        throw new FailureException(
            new Unsupported(
                "files of a model cannot come with the request to load it",
                "register them as a version, or put them into the model directory"));
      }
      problems.addIf(
          !name.equals(CONFIG), "parameters." + name, "is no parameter of a load, expected config");
    }
    problems.throwIfAny();
    return Optional.ofNullable(request.getParametersMap().get(CONFIG)).map(RepositoryProtos::text);
  }

  private static String text(ModelRepositoryParameter parameter) {
    return switch (parameter.getParameterChoiceCase()) {
      case STRING_PARAM -> parameter.getStringParam();
      case BYTES_PARAM -> parameter.getBytesParam().toStringUtf8();
      case BOOL_PARAM, INT64_PARAM, PARAMETERCHOICE_NOT_SET ->
          throw InvalidArguments.of("parameters." + CONFIG, "expected JSON as a string");
    };
  }

  static Map<String, String> facts(Optional<String> config) {
    var facts = new HashMap<>(Map.of("operation", "load"));
    config.ifPresent(json -> facts.put(CONFIG, json));
    return facts;
  }

  static boolean withDependents(RepositoryModelUnloadRequest request) {
    var problems = new InvalidArguments();
    request
        .getParametersMap()
        .keySet()
        .forEach(
            name ->
                problems.addIf(
                    !name.equals(DEPENDENTS),
                    "parameters." + name,
                    "is no parameter of an unload, expected " + DEPENDENTS));
    problems.throwIfAny();
    var parameter = request.getParametersMap().get(DEPENDENTS);
    return parameter != null && flag(parameter);
  }

  private static boolean flag(ModelRepositoryParameter parameter) {
    return switch (parameter.getParameterChoiceCase()) {
      case BOOL_PARAM -> parameter.getBoolParam();
      case INT64_PARAM -> parameter.getInt64Param() != 0;
      case STRING_PARAM -> Boolean.parseBoolean(parameter.getStringParam());
      case BYTES_PARAM, PARAMETERCHOICE_NOT_SET ->
          throw InvalidArguments.of("parameters." + DEPENDENTS, "expected true or false");
    };
  }
}
