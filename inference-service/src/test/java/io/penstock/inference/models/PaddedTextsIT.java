package io.penstock.inference.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.penstock.inference.fixture.InferenceServer;
import io.penstock.inference.fixture.ModelDirectory;
import io.penstock.inference.fixture.RealModels;
import io.penstock.inference.fixture.Requests;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.testkit.ServiceExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// MiniLM with its texts padded to a few lengths means the same by them.
class PaddedTextsIT {

  private static final long SEED = 20261122;
  private static final int WIDTH = 384;

  // Weights and activations in 8 bits, whose scale is that of the whole batch: padding moves them a
  // little. With the fp32 model it is above 0.999999.
  private static final double SAME = 0.95;

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension service = InferenceServer.standAlone(PaddedTextsIT::laidOut);

  private static final InferenceServer server = InferenceServer.of(service);

  private static Path laidOut() {
    var models = new ModelDirectory(directory.resolve("models"));
    if (Files.exists(models.path())) {
      return directory;
    }
    try {
      var onnx = RealModels.resource("/all-minilm-l6-v2-q.onnx");
      models.version("plain", 1, onnx);
      models.version("padded", 1, onnx);
      models.config(
          "padded", "parameters { key: 'length_buckets' value: { string_value: '16,32,64' } }");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return directory;
  }

  @Test
  void embeddings_areThoseWithoutPadding() {
    var random = new Random(SEED);
    for (int length : new int[] {3, 9, 16, 21, 40}) {
      var ids = random.longs(length, 1_000, 20_000).toArray();
      var plain = infer("plain", ids);
      var padded = infer("padded", ids);
      assertThat(padded).hasSameSizeAs(plain).hasSize(length * WIDTH);
      for (int token = 0; token < length; token++) {
        assertThat(cosine(plain, padded, token * WIDTH))
            .as("length %d", length)
            .isGreaterThan(SAME);
      }
    }
  }

  private static float[] infer(String model, long[] ids) {
    var next = new int[1];
    return Requests.numbers(
        server.infer(
            ModelInferRequest.newBuilder()
                .setModelName(model)
                .addInputs(Requests.input("input_ids", "INT64", 1, ids.length))
                .addInputs(Requests.input("attention_mask", "INT64", 1, ids.length))
                .addInputs(Requests.input("token_type_ids", "INT64", 1, ids.length))
                .addRawInputContents(longs(ids.length, () -> ids[next[0]++]))
                .addRawInputContents(longs(ids.length, () -> 1))
                .addRawInputContents(longs(ids.length, () -> 0))));
  }

  private static ByteString longs(int count, LongSupplier values) {
    var bytes = ByteBuffer.allocate(count * 8).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      bytes.putLong(values.getAsLong());
    }
    return ByteString.copyFrom(bytes.flip());
  }

  private static double cosine(float[] a, float[] b, int at) {
    double product = 0;
    double lengthOfA = 0;
    double lengthOfB = 0;
    for (int i = at; i < at + WIDTH; i++) {
      product += (double) a[i] * b[i];
      lengthOfA += (double) a[i] * a[i];
      lengthOfB += (double) b[i] * b[i];
    }
    return product / Math.sqrt(lengthOfA * lengthOfB);
  }
}
