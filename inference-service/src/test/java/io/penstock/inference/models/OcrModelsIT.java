package io.penstock.inference.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.penstock.inference.fixture.InferenceServer;
import io.penstock.inference.fixture.NpmPackage;
import io.penstock.inference.fixture.RealModels;
import io.penstock.inference.fixture.Requests;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelReadyRequest;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.ServiceExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// PP-OCR's models with pictures of every size, against the library itself.
class OcrModelsIT {

  private static final int CHANNELS = 3;

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension service = InferenceServer.standAlone(OcrModelsIT::laidOut);

  private static final InferenceServer server = InferenceServer.of(service);

  private static Path laidOut() {
    var models = directory.resolve("models");
    if (!Files.exists(models)) {
      RealModels.ocr(models);
    }
    return directory;
  }

  @BeforeAll
  static void awaitReady() throws InterruptedException {
    for (var model : List.of("ppocr-det", "ppocr-rec", "ppocr-cls")) {
      Eventually.become(Duration.ofSeconds(90), () -> isReady(model));
    }
  }

  private static boolean isReady(String model) {
    return server
        .stub()
        .modelReady(ModelReadyRequest.newBuilder().setName(model).build())
        .getReady();
  }

  @ParameterizedTest
  @CsvSource({
    "ppocr-cls, ch_ppocr_mobile_v2.0_cls_infer, 3, 48, 192",
    "ppocr-cls, ch_ppocr_mobile_v2.0_cls_infer, 1, 48, 96",
    "ppocr-rec, ch_PP-OCRv4_rec_infer, 1, 48, 160",
    "ppocr-rec, ch_PP-OCRv4_rec_infer, 2, 48, 96",
    "ppocr-det, ch_PP-OCRv4_det_infer, 1, 96, 160",
    "ppocr-det, ch_PP-OCRv4_det_infer, 2, 64, 64"
  })
  void answersAreTheLibrarys_forAnySize(String model, String file, int rows, int height, int width)
      throws Exception {
    var pixels = pixels(rows * CHANNELS * height * width, model.hashCode());
    try (var oracle = new OnnxOracle(NpmPackage.ocrModels().file("assets/" + file + ".onnx"))) {
      var expected = oracle.run(pixels, rows, CHANNELS, height, width);
      var given = Requests.numbers(server.infer(request(model, pixels, rows, height, width)));
      assertThat(given).containsExactly(expected, within(2e-3f));
    }
  }

  @Test
  void requestsOfManySizesAtOnce_answerAsAlone() throws Exception {
    try (var oracle =
            new OnnxOracle(
                NpmPackage.ocrModels().file("assets/ch_ppocr_mobile_v2.0_cls_infer.onnx"));
        var threads = Executors.newFixedThreadPool(8)) {
      var expected = new ArrayList<float[]>();
      var given = new ArrayList<Future<float[]>>();
      for (int i = 0; i < 40; i++) {
        int width = 48 * (1 + i % 3);
        var pixels = pixels(CHANNELS * 48 * width, i);
        expected.add(oracle.run(pixels, 1, CHANNELS, 48, width));
        given.add(
            threads.submit(
                () -> Requests.numbers(server.infer(request("ppocr-cls", pixels, 1, 48, width)))));
      }
      for (int i = 0; i < expected.size(); i++) {
        assertThat(given.get(i).get()).containsExactly(expected.get(i), within(2e-3f));
      }
    }
  }

  private static ModelInferRequest.Builder request(
      String model, float[] pixels, int rows, int height, int width) {
    return ModelInferRequest.newBuilder()
        .setModelName(model)
        .addInputs(Requests.input("x", "FP32", rows, CHANNELS, height, width))
        .addRawInputContents(Requests.floats(pixels));
  }

  private static float[] pixels(int count, long seed) {
    var random = new Random(seed);
    var pixels = new float[count];
    for (int i = 0; i < count; i++) {
      pixels[i] = random.nextFloat() * 2 - 1;
    }
    return pixels;
  }
}
