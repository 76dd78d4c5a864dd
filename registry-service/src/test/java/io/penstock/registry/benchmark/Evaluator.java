package io.penstock.registry.benchmark;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.penstock.proto.registry.v1.BenchmarkRun;
import io.penstock.proto.registry.v1.BenchmarkServiceGrpc.BenchmarkServiceBlockingStub;
import io.penstock.proto.registry.v1.CompleteBenchmarkRunRequest;
import io.penstock.proto.registry.v1.GetModelVersionRequest;
import io.penstock.registry.RegistryClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// An evaluator as a user would write it: reads a pending run, downloads data and model, runs the
/// model with ONNX Runtime, gives the predictions back. Knows the API and nothing else.
final class Evaluator {

  private final RegistryClient client;
  private final BenchmarkServiceBlockingStub benchmarks;

  Evaluator(RegistryClient client, BenchmarkServiceBlockingStub benchmarks) {
    this.client = client;
    this.benchmarks = benchmarks;
  }

  BenchmarkRun complete(BenchmarkRun run) throws OrtException {
    var csv = new String(client.download(run.getSuite().getData()), StandardCharsets.UTF_8);
    var version =
        client.models.getModelVersion(
            GetModelVersionRequest.newBuilder().setName(run.getVersion()).build());
    var input = run.getInputs(0);
    var rows = rows(csv, input.getColumnsList());
    var predictions = predict(client.download(version.getArtifact()), input.getInput(), rows);
    return benchmarks.completeBenchmarkRun(
        CompleteBenchmarkRunRequest.newBuilder()
            .setName(run.getName())
            .addAllPredictions(predictions)
            .setEvaluator("onnxruntime")
            .build());
  }

  private static float[][] rows(String csv, List<String> columns) {
    var lines = csv.lines().toList();
    var header = List.of(lines.getFirst().split(","));
    var rows = new float[lines.size() - 1][columns.size()];
    for (int row = 0; row < rows.length; row++) {
      var fields = lines.get(row + 1).split(",");
      for (int column = 0; column < columns.size(); column++) {
        rows[row][column] = Float.parseFloat(fields[header.indexOf(columns.get(column))]);
      }
    }
    return rows;
  }

  private static List<Double> predict(byte[] onnx, String input, float[][] rows)
      throws OrtException {
    var environment = OrtEnvironment.getEnvironment();
    try (var session = environment.createSession(onnx);
        var tensor = OnnxTensor.createTensor(environment, rows);
        var outputs = session.run(Map.of(input, tensor))) {
      var predictions = new ArrayList<Double>();
      for (var row : (float[][]) outputs.get(0).getValue()) {
        predictions.add((double) row[0]);
      }
      return predictions;
    }
  }
}
