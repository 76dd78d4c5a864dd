package io.penstock.registry.benchmark;

import io.penstock.registry.RegistryFailure.BenchmarkVersionUnfit;
import io.penstock.registry.onnx.TensorSpec;
import io.penstock.registry.version.ModelVersion;
import java.util.List;

/// Which output of a version a suite judges. Classifiers often give a class beside its
/// probabilities; then the probabilities are meant.
final class JudgedOutput {

  private JudgedOutput() {}

  static String of(ModelVersion version, Suite suite) {
    var outputs = version.signature().outputs();
    return suite.output().isEmpty()
        ? onlyOne(version, outputs)
        : named(version, outputs, suite.output());
  }

  private static String named(ModelVersion version, List<TensorSpec> outputs, String name) {
    if (names(outputs).contains(name)) {
      return name;
    }
    throw unfit(version, outputs, "'" + name + "' among them");
  }

  private static String onlyOne(ModelVersion version, List<TensorSpec> outputs) {
    var candidates =
        outputs.size() == 1
            ? outputs
            : outputs.stream().filter(output -> output.datatype().isFloatingPoint()).toList();
    if (candidates.size() != 1) {
      throw unfit(version, outputs, "one, or one of floating-point numbers");
    }
    return candidates.getFirst().name();
  }

  private static List<String> names(List<TensorSpec> outputs) {
    return outputs.stream().map(TensorSpec::name).toList();
  }

  private static RuntimeException unfit(
      ModelVersion version, List<TensorSpec> outputs, String expected) {
    var detail = "its outputs are %s, expected %s".formatted(names(outputs), expected);
    return new BenchmarkVersionUnfit(version.name().toString(), detail).exception();
  }
}
