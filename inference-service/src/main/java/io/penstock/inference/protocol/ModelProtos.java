package io.penstock.inference.protocol;

import io.penstock.inference.binding.BindingPlan;
import io.penstock.inference.serving.DataTypeProtos;
import io.penstock.inference.serving.ServedVersion;
import io.penstock.inference.serving.VersionConfigProtos;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.TensorSpec;
import io.penstock.proto.oip.ModelConfig;
import io.penstock.proto.oip.ModelInput;
import io.penstock.proto.oip.ModelMetadataResponse;
import io.penstock.proto.oip.ModelMetadataResponse.TensorMetadata;
import io.penstock.proto.oip.ModelOutput;
import java.util.List;

/// Versions as the protocol describes models. A bound version shows what a caller sends, not what
/// the model takes.
final class ModelProtos {

  private ModelProtos() {}

  static ModelMetadataResponse metadata(ServedVersion version, List<String> versions) {
    return ModelMetadataResponse.newBuilder()
        .setName(version.name().model())
        .addAllVersions(versions)
        .setPlatform(VersionConfigProtos.toProto(version.config()).getPlatform())
        .addAllInputs(inputs(version).stream().map(ModelProtos::metadata).toList())
        .addAllOutputs(version.model().outputs().stream().map(ModelProtos::metadata).toList())
        .build();
  }

  private static TensorMetadata metadata(TensorSpec spec) {
    return TensorMetadata.newBuilder()
        .setName(spec.name())
        .setDatatype(spec.type().name())
        .addAllShape(spec.shape().toList())
        .build();
  }

  /// The configuration that Triton's clients read: what the version is served by, with the inputs
  /// and outputs that it has.
  ///
  /// @param maxBatchRows 0 for a model that does not batch: then the dimensions hold the rows, too
  static ModelConfig config(ServedVersion version, int maxBatchRows) {
    var config =
        VersionConfigProtos.toProto(version.config()).toBuilder()
            .setName(version.name().model())
            .setMaxBatchSize(maxBatchRows)
            .clearInput()
            .clearOutput();
    for (var spec : inputs(version)) {
      config.addInput(
          ModelInput.newBuilder()
              .setName(spec.name())
              .setDataType(DataTypeProtos.toProto(spec.type()))
              .addAllDims(dimensions(spec, maxBatchRows)));
    }
    for (var spec : version.model().outputs()) {
      config.addOutput(
          ModelOutput.newBuilder()
              .setName(spec.name())
              .setDataType(DataTypeProtos.toProto(spec.type()))
              .addAllDims(dimensions(spec, maxBatchRows))
              .setLabelFilename(labels(version, spec.name())));
    }
    return config.build();
  }

  // The labels themselves stand in the parameter of that name.
  private static String labels(ServedVersion version, String output) {
    return version.config().labels().containsKey(output) ? "labels." + output : "";
  }

  private static List<TensorSpec> inputs(ServedVersion version) {
    return version
        .binding()
        .map(BindingPlan::requestInputs)
        .orElseGet(() -> version.model().inputs());
  }

  // Triton has no shape without dimensions: a value a row is [1] there.
  private static List<Long> dimensions(TensorSpec spec, int maxBatchRows) {
    var shape = maxBatchRows > 0 ? spec.shape().row() : spec.shape();
    return shape.rank() == 0 ? Shape.of(1).toList() : shape.toList();
  }
}
