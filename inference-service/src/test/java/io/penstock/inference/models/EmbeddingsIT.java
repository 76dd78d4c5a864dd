package io.penstock.inference.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.penstock.inference.fixture.InferenceServer;
import io.penstock.inference.fixture.MeanPooling;
import io.penstock.inference.fixture.RealModels;
import io.penstock.inference.fixture.Requests;
import io.penstock.proto.oip.InferTensorContents;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferResponse;
import io.penstock.proto.oip.ModelMetadataRequest;
import io.penstock.proto.oip.ModelReadyRequest;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.ServiceExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Text in, embedding out, in one call: the real MiniLM from a directory.
class EmbeddingsIT {

  private static final int WIDTH = 384;

  private static final List<String> TEXTS =
      List.of(
          "The flight from Atlanta is late again.",
          "Der Flug aus Atlanta hat wieder Verspätung.",
          "a",
          "",
          "Привет, мир! Как дела?",
          "東京は今日も晴れです。",
          "🚀🚀🚀 to the moon, with ünïcödé and\ttabs\nand lines",
          "The quick brown fox jumps over the lazy dog. ".repeat(20),
          "word ".repeat(2_000));

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension service = InferenceServer.standAlone(EmbeddingsIT::laidOut);

  private static final InferenceServer server = InferenceServer.of(service);

  private static Path laidOut() {
    var models = directory.resolve("models");
    if (!Files.exists(models)) {
      RealModels.embeddings(models);
    }
    return directory;
  }

  @BeforeAll
  static void awaitReady() throws InterruptedException {
    Eventually.become(Duration.ofSeconds(60), () -> isReady("embeddings"));
  }

  private static boolean isReady(String model) {
    return server
        .stub()
        .modelReady(ModelReadyRequest.newBuilder().setName(model).build())
        .getReady();
  }

  @Test
  void oneCall_answersWhatTheLibrariesGive() throws Exception {
    try (var oracle = new SentenceOracle()) {
      for (var text : TEXTS) {
        var embedding = embed(text).getFirst();
        assertThat(SentenceOracle.cosine(embedding, oracle.embed(text)))
            .as(text)
            .isGreaterThanOrEqualTo(0.9999);
      }
    }
  }

  // Texts of one request are padded to the longest, and this model's quantisation chooses its scale
  // by all that it is given: its own answers differ that much by what stands beside them.
  @Test
  void textsTogether_answerAlmostAsAlone() throws Exception {
    var together = embed(TEXTS.toArray(String[]::new));
    try (var oracle = new SentenceOracle()) {
      for (int i = 0; i < TEXTS.size(); i++) {
        assertThat(SentenceOracle.cosine(together.get(i), oracle.embed(TEXTS.get(i))))
            .as(TEXTS.get(i))
            .isGreaterThanOrEqualTo(0.95);
      }
    }
  }

  @Test
  void meaning_isNearWhereItShouldBe() {
    var late = embed("My plane is delayed").getFirst();
    var same = embed("The flight will depart later than planned").getFirst();
    var other = embed("A recipe for apple pie").getFirst();
    assertThat(SentenceOracle.cosine(late, same))
        .isGreaterThan(SentenceOracle.cosine(late, other) + 0.2);
  }

  @Test
  void metadata_isThatOfTheEnsemble() {
    var metadata =
        server
            .stub()
            .modelMetadata(ModelMetadataRequest.newBuilder().setName("embeddings").build());
    assertThat(metadata.getInputs(0).getName()).isEqualTo("text");
    assertThat(metadata.getInputs(0).getDatatype()).isEqualTo("BYTES");
    assertThat(metadata.getOutputs(0).getShapeList()).containsExactly(-1L, (long) WIDTH);
  }

  @Test
  void badUtf8_isTheCallersMistake_withTheStepNamed() {
    var request =
        ModelInferRequest.newBuilder()
            .setModelName("embeddings")
            .addInputs(
                Requests.input("text", "BYTES", 1)
                    .setContents(
                        InferTensorContents.newBuilder()
                            .addBytesContents(ByteString.copyFrom(new byte[] {(byte) 0xFF}))));
    assertThatThrownBy(() -> server.infer(request))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
              assertThat(e.getStatus().getDescription())
                  .contains("step 'minilm-tokenizer' of models/embeddings/versions/1 failed")
                  .contains("text 0 is no UTF-8");
            });
  }

  @Test
  void pooling_isTheWritersOwn() throws Exception {
    assertThat(Files.readAllBytes(directory.resolve("models/mean-pooling/1/model.onnx")))
        .isEqualTo(MeanPooling.onnx(WIDTH));
  }

  private static List<float[]> embed(String... texts) {
    return rows(
        server.infer(
            ModelInferRequest.newBuilder()
                .setModelName("embeddings")
                .addInputs(Requests.keys("text", texts))),
        texts.length);
  }

  private static List<float[]> rows(ModelInferResponse response, int count) {
    var numbers = Requests.numbers(response);
    assertThat(numbers).hasSize(count * WIDTH);
    return IntStream.range(0, count)
        .mapToObj(i -> Arrays.copyOfRange(numbers, i * WIDTH, (i + 1) * WIDTH))
        .toList();
  }
}
