package io.penstock.registry.mlmodel;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.penstock.registry.onnx.Datatype;
import io.penstock.registry.onnx.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/// The file `MLmodel`, in which MLflow's clients describe what they saved: a YAML document with the
/// signature as JSON inside.
///
/// @param onnxFile the file that holds the ONNX model; empty for other kinds of models
/// @param inputs as declared; empty where nothing is declared that could be compared with tensors
/// @param outputs likewise
record ModelDescription(
    Optional<String> onnxFile, List<DeclaredTensor> inputs, List<DeclaredTensor> outputs) {

  static final String FILE = "MLmodel";

  /// Larger ones are read by nobody.
  static final int MOST_BYTES = 1 << 20;

  private static final ModelDescription NOTHING =
      new ModelDescription(Optional.empty(), List.of(), List.of());
  private static final int MOST_DEPTH = 30;

  /// NumPy's names of the types that tensors have.
  private static final Map<String, Datatype> TYPES =
      Map.ofEntries(
          Map.entry("bool", Datatype.BOOL),
          Map.entry("uint8", Datatype.UINT8),
          Map.entry("uint16", Datatype.UINT16),
          Map.entry("uint32", Datatype.UINT32),
          Map.entry("uint64", Datatype.UINT64),
          Map.entry("int8", Datatype.INT8),
          Map.entry("int16", Datatype.INT16),
          Map.entry("int32", Datatype.INT32),
          Map.entry("int64", Datatype.INT64),
          Map.entry("float16", Datatype.FP16),
          Map.entry("float32", Datatype.FP32),
          Map.entry("float64", Datatype.FP64),
          Map.entry("str", Datatype.BYTES),
          Map.entry("object", Datatype.BYTES));

  /// What NumPy calls the type; empty where it has none.
  static Optional<String> numpyName(Datatype type) {
    return type == Datatype.BYTES
        ? Optional.of("object")
        : TYPES.entrySet().stream()
            .filter(entry -> entry.getValue() == type)
            .map(Map.Entry::getKey)
            .findFirst();
  }

  /// @param name empty where the model has one tensor only and nobody named it
  record DeclaredTensor(String name, TensorSpec spec) {}

  ModelDescription {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /// Reads what can be read: a client may have written anything.
  static ModelDescription parse(String yaml) {
    try {
      return document(yaml) instanceof Map<?, ?> document ? of(document) : NOTHING;
    } catch (YAMLException
        | JsonParseException
        | IllegalStateException
        | IllegalArgumentException
        | UnsupportedOperationException unreadable) {
      return NOTHING;
    }
  }

  private static Object document(String yaml) {
    var options = new LoaderOptions();
    options.setMaxAliasesForCollections(0);
    options.setNestingDepthLimit(MOST_DEPTH);
    options.setCodePointLimit(MOST_BYTES);
    return new Yaml(new SafeConstructor(options)).load(yaml);
  }

  private static ModelDescription of(Map<?, ?> document) {
    var onnx =
        document.get("flavors") instanceof Map<?, ?> flavors
                && flavors.get("onnx") instanceof Map<?, ?> flavor
            ? Optional.of(flavor.get("data") instanceof String file ? file : "model.onnx")
            : Optional.<String>empty();
    return document.get("signature") instanceof Map<?, ?> signature
        ? new ModelDescription(
            onnx, tensors(signature.get("inputs")), tensors(signature.get("outputs")))
        : new ModelDescription(onnx, List.of(), List.of());
  }

  private static List<DeclaredTensor> tensors(@Nullable Object json) {
    var tensors = new ArrayList<DeclaredTensor>();
    if (json instanceof String text && JsonParser.parseString(text) instanceof JsonArray array) {
      array.forEach(
          element -> {
            if (element instanceof JsonObject object) {
              tensor(object).ifPresent(tensors::add);
            }
          });
    }
    return tensors;
  }

  // Columns of a table are declared too; they are no tensors.
  private static Optional<DeclaredTensor> tensor(JsonObject object) {
    if (!(object.get("tensor-spec") instanceof JsonObject spec) || !spec.has("dtype")) {
      return Optional.empty();
    }
    var name = object.has("name") ? object.get("name").getAsString() : "";
    return Optional.ofNullable(TYPES.get(spec.get("dtype").getAsString()))
        .map(type -> new DeclaredTensor(name, new TensorSpec(name, type, shape(spec))));
  }

  private static Optional<List<Long>> shape(JsonObject spec) {
    return spec.get("shape") instanceof JsonArray array
        ? Optional.of(array.asList().stream().map(size -> size.getAsLong()).toList())
        : Optional.empty();
  }
}
