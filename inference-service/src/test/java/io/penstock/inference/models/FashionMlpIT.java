package io.penstock.inference.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.penstock.inference.fixture.InferenceServer;
import io.penstock.inference.fixture.ModelDirectory;
import io.penstock.inference.fixture.Requests;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelReadyRequest;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.ServiceExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// A network trained here on Fashion-MNIST, then served: what it knows must arrive over the wire.
class FashionMlpIT {

  private static final int HIDDEN = 48;
  private static final int LESSONS = 60_000;
  private static final int EXAM = 2_000;
  private static final int ROWS = 50;

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension service = InferenceServer.standAlone(FashionMlpIT::prepared);

  private static final InferenceServer server = InferenceServer.of(service);

  private static Path prepared() {
    try {
      Files.createDirectories(directory.resolve("models"));
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void trainedNetwork_recognisesMostOfTheTestSet_asServed() throws Exception {
    var random = new Random(7);
    var network = new TrainedMlp(FashionMnist.PIXELS, HIDDEN, FashionMnist.CLASSES, random);
    network.learn(FashionMnist.train(), LESSONS, random);
    serve(network.onnx());
    var exam = FashionMnist.test();
    int right = 0;
    for (int from = 0; from < EXAM; from += ROWS) {
      right += right(network, exam, from);
    }
    assertThat(right / (double) EXAM).isGreaterThan(0.8);
  }

  private static void serve(byte[] onnx) throws IOException, InterruptedException {
    new ModelDirectory(directory.resolve("models")).version("fashion", 1, onnx);
    Eventually.become(
        Duration.ofSeconds(60),
        () ->
            server
                .stub()
                .modelReady(ModelReadyRequest.newBuilder().setName("fashion").build())
                .getReady());
  }

  private static int right(TrainedMlp network, FashionMnist exam, int from) {
    var pictures = Arrays.copyOfRange(exam.pixels(), from, from + ROWS);
    var answers =
        Requests.numbers(
            server.infer(
                ModelInferRequest.newBuilder()
                    .setModelName("fashion")
                    .addInputs(Requests.input("pixels", "FP32", ROWS, FashionMnist.PIXELS))
                    .addRawInputContents(Requests.floats(pictures))));
    int right = 0;
    for (int row = 0; row < ROWS; row++) {
      var answer =
          Arrays.copyOfRange(answers, row * FashionMnist.CLASSES, (row + 1) * FashionMnist.CLASSES);
      assertThat(answer).containsExactly(network.predict(pictures[row]), within(1e-4f));
      right += most(answer) == exam.labels()[from + row] ? 1 : 0;
    }
    return right;
  }

  private static int most(float[] values) {
    int most = 0;
    for (int i = 1; i < values.length; i++) {
      most = values[i] > values[most] ? i : most;
    }
    return most;
  }
}
