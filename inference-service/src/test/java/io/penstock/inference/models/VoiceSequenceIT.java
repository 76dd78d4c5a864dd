package io.penstock.inference.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import io.penstock.inference.fixture.InferenceServer;
import io.penstock.inference.fixture.RealModels;
import io.penstock.inference.fixture.Requests;
import io.penstock.proto.oip.InferParameter;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.testkit.ServiceExtension;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Silero VAD over a sequence of requests says what it says in a loop of ONNX Runtime's own, whose
/// state the caller carries.
class VoiceSequenceIT {

  private static final long SEED = 20261122;
  private static final int SAMPLES = 512;
  private static final int STEPS = 25;

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension service = InferenceServer.standAlone(VoiceSequenceIT::laidOut);

  private static final InferenceServer server = InferenceServer.of(service);

  private static Path laidOut() {
    if (!Files.exists(directory.resolve("models"))) {
      RealModels.voiceActivity(directory.resolve("models"));
    }
    return directory;
  }

  @Test
  void probabilities_areThoseOfALoopThatCarriesItsState() throws Exception {
    var sound = sound();
    var expected = inProcess(sound);
    for (int step = 0; step < STEPS; step++) {
      assertThat(ask(7, sound.get(step), step)).isCloseTo(expected.get(step), within(1e-4f));
    }
  }

  @Test
  void twoVoices_areHeardEachByItself() throws Exception {
    var sound = sound();
    var expected = inProcess(sound);
    for (int step = 0; step < STEPS; step++) {
      assertThat(ask(1, sound.get(step), step)).isCloseTo(expected.get(step), within(1e-4f));
      ask(2, new float[SAMPLES], step);
    }
  }

  private static List<float[]> sound() {
    var random = new Random(SEED);
    var sound = new ArrayList<float[]>();
    for (int step = 0; step < STEPS; step++) {
      var samples = new float[SAMPLES];
      for (int i = 0; i < SAMPLES; i++) {
        double hum = Math.sin((step * SAMPLES + i) * 2 * Math.PI * 180 / 16_000);
        samples[i] = (float) (0.3 * hum * hum * hum + 0.05 * random.nextGaussian());
      }
      sound.add(samples);
    }
    return sound;
  }

  private static List<Float> inProcess(List<float[]> sound) throws OrtException, IOException {
    var environment = OrtEnvironment.getEnvironment();
    var onnx = Files.readAllBytes(directory.resolve("models/silero-vad/1/model.onnx"));
    var probabilities = new ArrayList<Float>();
    try (var session = environment.createSession(onnx)) {
      var state = new float[2 * 128];
      for (var samples : sound) {
        probabilities.add(step(environment, session, samples, state));
      }
    }
    return probabilities;
  }

  private static float step(
      OrtEnvironment environment, OrtSession session, float[] samples, float[] state)
      throws OrtException {
    try (var input =
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(samples), new long[] {1, SAMPLES});
        var before =
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(state.clone()), new long[] {2, 1, 128});
        var rate =
            OnnxTensor.createTensor(
                environment, LongBuffer.wrap(new long[] {16_000}), new long[] {});
        var result = session.run(Map.of("input", input, "state", before, "sr", rate))) {
      ((OnnxTensor) result.get("stateN").orElseThrow()).getFloatBuffer().get(state);
      return ((OnnxTensor) result.get("output").orElseThrow()).getFloatBuffer().get(0);
    }
  }

  private static float ask(long sequence, float[] samples, int step) {
    var rate = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(16_000).flip();
    var answer =
        server.infer(
            ModelInferRequest.newBuilder()
                .setModelName("silero-vad")
                .addInputs(Requests.input("input", "FP32", 1, SAMPLES))
                .addInputs(Requests.input("sr", "INT64"))
                .addRawInputContents(Requests.floats(samples))
                .addRawInputContents(ByteString.copyFrom(rate))
                .putParameters("sequence_id", Requests.number(sequence))
                .putParameters("sequence_start", flag(step == 0))
                .putParameters("sequence_end", flag(step == STEPS - 1)));
    assertThat(answer.getOutputsCount()).as("the state stays on the server").isEqualTo(1);
    return Requests.numbers(answer)[0];
  }

  private static InferParameter flag(boolean value) {
    return InferParameter.newBuilder().setBoolParam(value).build();
  }
}
