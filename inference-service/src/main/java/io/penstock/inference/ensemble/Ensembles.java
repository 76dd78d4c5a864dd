package io.penstock.inference.ensemble;

import io.penstock.inference.lane.RunListener;
import io.penstock.inference.prediction.Answer;
import io.penstock.inference.prediction.Part;
import io.penstock.inference.prediction.PredictionReply;
import io.penstock.inference.prediction.Predictions;
import io.penstock.inference.routing.Route;
import io.penstock.inference.routing.Routes;
import io.penstock.inference.routing.Target;
import io.penstock.inference.serving.Variant;
import io.penstock.inference.serving.VersionConfig;
import io.penstock.inference.serving.VersionName;
import io.penstock.kit.failure.FailureEncoder;
import io.penstock.kit.service.Ticker;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Stream;

/// Makes engines for graphs of the models that are served here.
@Singleton
public final class Ensembles {

  private final Routes routes;
  private final Predictions predictions;
  private final FailureEncoder failures;
  private final Ticker ticker;

  Ensembles(Routes routes, Predictions predictions, FailureEncoder failures, Ticker ticker) {
    this.routes = routes;
    this.predictions = predictions;
    this.failures = failures;
    this.ticker = ticker;
  }

  /// A graph that fits the models that are loaded now.
  public Ensemble check(VersionName name, VersionConfig config) throws GraphRefused {
    var graph = Graph.of(config);
    var problems = GraphCheck.problems(name.model(), graph, this::models);
    if (!problems.isEmpty()) {
      throw new GraphRefused(problems);
    }
    return new Ensemble(this, name, graph);
  }

  EnsembleEngine open(VersionName name, Graph graph, RunListener listener) {
    return new EnsembleEngine(
        name,
        new Plan(graph),
        this::models,
        this::ask,
        new StepFailures(failures),
        ticker,
        listener);
  }

  private Runnable ask(Part part, Parts.Reply reply) {
    return predictions.startPart(part, toPredictionReply(reply))::cancel;
  }

  private static PredictionReply toPredictionReply(Parts.Reply reply) {
    return new PredictionReply() {
      @Override
      public void answered(Answer answer) {
        reply.answered(answer.outputs(), answer.execution());
      }

      @Override
      public void failed(RuntimeException failure) {
        reply.failed(failure);
      }
    };
  }

  private List<StepModel> models(String model, String version) {
    return routes.find(model).stream()
        .flatMap(route -> targets(route, version))
        .map(Target::version)
        .distinct()
        .map(StepModel::of)
        .toList();
  }

  // Copies for a shadow are not made of steps.
  private static Stream<Target> targets(Route route, String version) {
    return version.isEmpty()
        ? route.targets().stream().filter(target -> target.variant() != Variant.SHADOW)
        : route.version(version).stream();
  }
}
