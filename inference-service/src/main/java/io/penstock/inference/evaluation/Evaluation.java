package io.penstock.inference.evaluation;

import io.penstock.inference.evaluation.RegistryRefused.Meaning;
import io.penstock.inference.release.ArtifactCache;
import io.penstock.inference.release.LoadFailed;
import io.penstock.inference.runtime.ModelRefused;
import io.penstock.inference.runtime.ModelRunner;
import io.penstock.inference.runtime.ModelSource;
import io.penstock.inference.runtime.RunFailed;
import io.penstock.inference.runtime.RunnableModel;
import io.penstock.inference.tensor.ModelInterface;
import io.penstock.inference.tensor.Tensor;
import io.penstock.inference.worker.ModelHost;
import io.penstock.kit.failure.FailureException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Callable;

/// Computes what a version predicts for each row of a suite's data. Runs on one thread;
/// interrupting that ends it, and the process of the model with it.
final class Evaluation implements Callable<double[]> {

  // The registry takes no larger ones.
  private static final long MOST_DATA = 16 << 20;

  private final Task task;
  private final BenchmarkClient registry;
  private final ArtifactCache artifacts;
  private final ModelHost host;
  private final EvaluationConfig config;
  private volatile int done;

  Evaluation(
      Task task,
      BenchmarkClient registry,
      ArtifactCache artifacts,
      ModelHost host,
      EvaluationConfig config) {
    this.task = task;
    this.registry = registry;
    this.artifacts = artifacts;
    this.host = host;
    this.config = config;
  }

  /// Rows that are predicted.
  int done() {
    return done;
  }

  @Override
  public double[] call() throws EvaluationFailed, EvaluationHindered {
    var rows = rows();
    try (var model = model();
        var runner = model.openRunner()) {
      return predict(rows, model.shape(), runner);
    }
  }

  private CsvRows rows() throws EvaluationFailed, EvaluationHindered {
    try (var arena = Arena.ofConfined()) {
      return CsvRows.of(read("the data", task.data(), MOST_DATA, arena));
    }
  }

  private RunnableModel model() throws EvaluationFailed, EvaluationHindered {
    var artifact = artifact();
    try (var arena = Arena.ofConfined()) {
      var file = read("the model", artifact, config.maxModelSize(), arena);
      return host.openApart(new ModelSource(task.version(), artifact, true, _ -> file), file);
    } catch (ModelRefused e) {
      throw new EvaluationFailed("the model does not load: " + e.getMessage(), e);
    }
  }

  private String artifact() throws EvaluationFailed, EvaluationHindered {
    try {
      return registry.artifact(task.version());
    } catch (RegistryRefused e) {
      throw unread("the version", e, e.meaning() == Meaning.PASSING);
    }
  }

  private ByteBuffer read(String what, String artifact, long most, Arena arena)
      throws EvaluationFailed, EvaluationHindered {
    try {
      return artifacts.read(artifact, most, arena);
    } catch (LoadFailed e) {
      throw unread(what, e, e.isPassing());
    }
  }

  // Nothing is thrown where it says so: what is a failure and what a hindrance is one decision.
  private static EvaluationFailed unread(String what, Exception e, boolean passing)
      throws EvaluationHindered {
    var words = "%s cannot be read: %s".formatted(what, e.getMessage());
    if (passing) {
      throw new EvaluationHindered(words, e);
    }
    return new EvaluationFailed(words, e);
  }

  private double[] predict(CsvRows rows, ModelInterface model, ModelRunner runner)
      throws EvaluationFailed {
    var inputs = ModelInputs.of(model, task.inputs(), rows.header());
    var outputs = OutputReader.of(model, task.output(), task.classes());
    var predictions = new double[task.rows()];
    // A model that mixes its rows is measured as a caller with one row meets it.
    int most = model.batches() ? config.batchRows() : 1;
    for (var batch = rows.next(most); !batch.isEmpty(); batch = rows.next(most)) {
      requireRoom(rows.read());
      outputs.read(run(runner, inputs, batch), batch.size(), predictions, done);
      done = rows.read();
      Thread.yield();
    }
    requireAll();
    return predictions;
  }

  private void requireRoom(int read) throws EvaluationFailed {
    if (read > task.rows()) {
      throw new EvaluationFailed("the data has more than %d rows".formatted(task.rows()));
    }
  }

  private void requireAll() throws EvaluationFailed {
    if (done < task.rows()) {
      throw new EvaluationFailed("the data has %d rows, expected %d".formatted(done, task.rows()));
    }
  }

  private List<Tensor> run(ModelRunner runner, ModelInputs inputs, List<List<String>> batch)
      throws EvaluationFailed {
    try {
      return runner.run(List.of(inputs.of(batch, done + 1))).getFirst();
    } catch (RunFailed e) {
      throw new EvaluationFailed(
          "the model fails on rows %d to %d: %s"
              .formatted(done + 1, done + batch.size(), e.getMessage()),
          e);
    } catch (FailureException e) {
      throw new EvaluationFailed("the rows do not fit the model: " + e.getMessage(), e);
    }
  }
}
