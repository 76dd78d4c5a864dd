package io.penstock.inference.repository;

import com.google.protobuf.TextFormat;
import io.penstock.inference.serving.VersionConfigProtos;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.KitFailure.InvalidFields;
import io.penstock.proto.oip.ModelConfig;
import io.penstock.proto.oip.ModelOutput;
import io.penstock.proto.oip.ModelParameter;
import io.penstock.proto.oip.ModelVersionPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// `config.pbtxt` files: Triton's model configuration in protobuf's text format. What Penstock does
/// not know is skipped.
final class ConfigFileProtos {

  static final String NAME = "config.pbtxt";

  private static final long MOST_BYTES = 16L << 20;
  private static final TextFormat.Parser PARSER =
      TextFormat.Parser.newBuilder().setAllowUnknownFields(true).build();

  private ConfigFileProtos() {}

  /// Reads the configuration of a model; one without a file has Triton's defaults.
  static FolderConfig read(ModelFolder folder) throws Unreadable {
    var config = ModelConfig.newBuilder();
    var file = folder.file(NAME);
    if (file.isPresent()) {
      parse(file.get(), config);
      check(folder, config);
      addLabels(folder, config);
    }
    guessPlatform(folder, config);
    return toFolderConfig(config.build());
  }

  private static void parse(Path file, ModelConfig.Builder config) throws Unreadable {
    try {
      PARSER.merge(text(file), config);
    } catch (TextFormat.ParseException e) {
      throw new Unreadable("%s:%s".formatted(NAME, e.getMessage()), e);
    }
  }

  private static String text(Path file) throws Unreadable {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new Unreadable("%s is longer than %d bytes".formatted(file, MOST_BYTES));
      }
      return Files.readString(file);
    } catch (IOException e) {
      throw new Unreadable("%s cannot be read: %s".formatted(file, e), e);
    }
  }

  private static void check(ModelFolder folder, ModelConfig.Builder config) throws Unreadable {
    if (!config.getName().isEmpty() && !config.getName().equals(folder.model())) {
      throw new Unreadable(
          "config.name was '%s', expected the folder's name or none".formatted(config.getName()));
    }
    if (!isPlain(config.getDefaultModelFilename())) {
      throw new Unreadable(
          "config.default_model_filename was '%s', expected the name of a file"
              .formatted(config.getDefaultModelFilename()));
    }
  }

  // Nothing outside the model's folder is read on its word.
  private static boolean isPlain(String name) {
    return !name.contains("/") && !name.contains("\\") && !name.startsWith(".");
  }

  // A label file becomes what the registry would hold in its place.
  private static void addLabels(ModelFolder folder, ModelConfig.Builder config) throws Unreadable {
    for (ModelOutput output : config.getOutputList()) {
      var name = output.getLabelFilename();
      if (!name.isEmpty()) {
        var file =
            Optional.of(name)
                .filter(ConfigFileProtos::isPlain)
                .flatMap(folder::file)
                .orElseThrow(() -> new Unreadable("there is no label file '%s'".formatted(name)));
        config.putParameters(
            "labels." + output.getName(),
            ModelParameter.newBuilder().setStringValue(text(file)).build());
      }
    }
  }

  // A folder without a word about it may hold a tokenizer.
  private static void guessPlatform(ModelFolder folder, ModelConfig.Builder config) {
    boolean named =
        !config.getPlatform().isEmpty()
            || !config.getBackend().isEmpty()
            || !config.getDefaultModelFilename().isEmpty()
            || config.hasEnsembleScheduling();
    if (!named
        && folder.versions().keySet().stream()
            .anyMatch(version -> folder.file(version, "tokenizer.json").isPresent())
        && folder.versions().keySet().stream()
            .noneMatch(version -> folder.file(version, "model.onnx").isPresent())) {
      config.setPlatform("penstock_tokenizer");
    }
  }

  private static FolderConfig toFolderConfig(ModelConfig config) throws Unreadable {
    try {
      return new FolderConfig(
          VersionConfigProtos.fromProto(config),
          Optional.of(config.getDefaultModelFilename()).filter(name -> !name.isEmpty()),
          policy(config.getVersionPolicy()),
          VersionConfigProtos.unused(config));
    } catch (FailureException e) {
      throw new Unreadable(words(e), e);
    }
  }

  private static String words(FailureException wrong) {
    return wrong.failure() instanceof InvalidFields(var violations)
        ? violations.stream()
            .map(violation -> violation.field() + ": " + violation.description())
            .collect(Collectors.joining("; "))
        : String.valueOf(wrong.getMessage());
  }

  private static Function<NavigableSet<Long>, List<Long>> policy(ModelVersionPolicy policy) {
    return switch (policy.getPolicyChoiceCase()) {
      case ALL -> List::copyOf;
      case SPECIFIC ->
          there -> there.stream().filter(policy.getSpecific().getVersionsList()::contains).toList();
      case LATEST -> there -> latest(there, policy.getLatest().getNumVersions());
      case POLICYCHOICE_NOT_SET -> there -> latest(there, 1);
    };
  }

  private static List<Long> latest(NavigableSet<Long> there, int count) {
    long most = count == 0 ? 1 : Integer.toUnsignedLong(count);
    return there.descendingSet().stream().limit(most).toList();
  }
}
