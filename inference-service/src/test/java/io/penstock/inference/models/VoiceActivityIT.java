package io.penstock.inference.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.penstock.inference.fixture.InferenceServer;
import io.penstock.inference.fixture.NpmPackage;
import io.penstock.inference.fixture.RealModels;
import io.penstock.inference.fixture.Requests;
import io.penstock.proto.oip.InferParameter;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelReadyRequest;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.ServiceExtension;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Silero VAD, whose state stays on the server from one piece of sound to the next.
class VoiceActivityIT {

  private static final int SAMPLES = 512;
  private static final long RATE = 16_000;
  private static final int STATE = 2 * 128;

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension service = InferenceServer.standAlone(VoiceActivityIT::laidOut);

  private static final InferenceServer server = InferenceServer.of(service);

  private static Path laidOut() {
    var models = directory.resolve("models");
    if (!Files.exists(models)) {
      RealModels.voiceActivity(models);
    }
    return directory;
  }

  @Test
  void twoSequencesAtOnce_remember_asTheLibraryWithItsStateCarriedByHand() throws Exception {
    Eventually.become(
        Duration.ofSeconds(60),
        () ->
            server
                .stub()
                .modelReady(ModelReadyRequest.newBuilder().setName("silero-vad").build())
                .getReady());
    try (var oracle = new OnnxOracle(NpmPackage.voiceActivity().file("dist/silero_vad_v5.onnx"))) {
      var states = new float[][] {new float[STATE], new float[STATE]};
      for (int piece = 0; piece < 20; piece++) {
        for (int sequence = 0; sequence < states.length; sequence++) {
          var sound = sound(sequence, piece);
          var expected = oracle.step(sound, states[sequence], RATE);
          states[sequence] = expected[1];
          var given = Requests.numbers(server.infer(request(sequence, piece, sound)));
          assertThat(given).containsExactly(expected[0], within(1e-4f));
        }
      }
    }
  }

  private static ModelInferRequest.Builder request(int sequence, int piece, float[] sound) {
    return ModelInferRequest.newBuilder()
        .setModelName("silero-vad")
        .putParameters("sequence_id", Requests.number(sequence + 1))
        .putParameters("sequence_start", flag(piece == 0))
        .putParameters("sequence_end", flag(piece == 19))
        .addInputs(Requests.input("input", "FP32", 1, SAMPLES))
        .addInputs(Requests.input("sr", "INT64"))
        .addOutputs(ModelInferRequest.InferRequestedOutputTensor.newBuilder().setName("output"))
        .addRawInputContents(Requests.floats(sound))
        .addRawInputContents(
            ByteString.copyFrom(
                ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(RATE)
                    .flip()));
  }

  private static InferParameter flag(boolean value) {
    return InferParameter.newBuilder().setBoolParam(value).build();
  }

  // A hum that swells, with noise: something between a voice and none.
  private static float[] sound(int sequence, int piece) {
    var random = new Random(sequence * 1000L + piece);
    var sound = new float[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      double time = (piece * SAMPLES + i) / (double) RATE;
      double hum = Math.sin(2 * Math.PI * (120 + 40 * sequence) * time) * piece / 20;
      sound[i] = (float) (0.5 * hum + 0.05 * random.nextGaussian());
    }
    return sound;
  }
}
