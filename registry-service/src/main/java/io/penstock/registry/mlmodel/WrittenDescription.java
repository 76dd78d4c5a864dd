package io.penstock.registry.mlmodel;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.penstock.registry.experiment.RunName;
import io.penstock.registry.file.MadeFiles;
import io.penstock.registry.onnx.Signature;
import io.penstock.registry.onnx.TensorSpec;
import io.penstock.registry.version.ModelVersion;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.Yaml;

/// The `MLmodel` of a version that came without one. It says nothing that could change, so that it
/// has the same digest whenever it is written.
final class WrittenDescription {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private WrittenDescription() {}

  /// @param file the ONNX model beside it
  static byte[] of(ModelVersion version, String file) {
    var document = new LinkedHashMap<String, Object>();
    var name = version.name();
    document.put("artifact_path", MadeFiles.location(name.model(), name.number()));
    document.put("flavors", flavors(file));
    version.run().map(RunName::run).ifPresent(run -> document.put("run_id", run));
    signature(version.signature()).ifPresent(signature -> document.put("signature", signature));
    document.put("utc_time_created", TIME.format(version.createTime()));
    return yaml(document).getBytes(StandardCharsets.UTF_8);
  }

  private static SequencedMap<String, Object> flavors(String file) {
    var flavors = new LinkedHashMap<String, Object>();
    flavors.put("onnx", Map.of("data", file));
    var python = new LinkedHashMap<String, String>();
    python.put("data", file);
    python.put("loader_module", "mlflow.onnx");
    flavors.put("python_function", python);
    return flavors;
  }

  // All or nothing: clients take a tensor that is not declared for one that is not wanted.
  private static Optional<Map<String, String>> signature(Signature signature) {
    if (signature.inputs().isEmpty()
        || Stream.concat(signature.inputs().stream(), signature.outputs().stream())
            .anyMatch(tensor -> !canBeDeclared(tensor))) {
      return Optional.empty();
    }
    var tensors = new LinkedHashMap<String, String>();
    tensors.put("inputs", json(signature.inputs()));
    tensors.put("outputs", json(signature.outputs()));
    return Optional.of(tensors);
  }

  private static boolean canBeDeclared(TensorSpec tensor) {
    return tensor.shape().isPresent() && ModelDescription.numpyName(tensor.datatype()).isPresent();
  }

  private static String json(List<TensorSpec> tensors) {
    var array = new JsonArray();
    tensors.forEach(tensor -> array.add(json(tensor)));
    return array.toString();
  }

  private static JsonObject json(TensorSpec tensor) {
    var shape = new JsonArray();
    tensor.shape().orElseThrow().forEach(shape::add);
    var spec = new JsonObject();
    spec.addProperty("dtype", ModelDescription.numpyName(tensor.datatype()).orElseThrow());
    spec.add("shape", shape);
    var json = new JsonObject();
    json.addProperty("name", tensor.name());
    json.addProperty("type", "tensor");
    json.add("tensor-spec", spec);
    return json;
  }

  private static String yaml(Map<String, Object> document) {
    var options = new DumperOptions();
    options.setDefaultFlowStyle(FlowStyle.BLOCK);
    options.setSplitLines(false);
    return new Yaml(options).dump(document);
  }
}
