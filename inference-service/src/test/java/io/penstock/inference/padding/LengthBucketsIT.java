package io.penstock.inference.padding;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.penstock.inference.fixture.InferenceServer;
import io.penstock.inference.fixture.ModelDirectory;
import io.penstock.inference.fixture.OnnxModels;
import io.penstock.inference.fixture.Requests;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferResponse;
import io.penstock.proto.oip.RepositoryIndexRequest;
import io.penstock.testkit.ServiceExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Texts of different lengths, padded to a few and cut back.
class LengthBucketsIT {

  @TempDir private static Path directory;

  @RegisterExtension
  static final ServiceExtension service = InferenceServer.standAlone(LengthBucketsIT::prepared);

  private static final InferenceServer server = InferenceServer.of(service);

  private static Path prepared() {
    try {
      var models = new ModelDirectory(directory.resolve("models"));
      models.version("padded", 1, OnnxModels.tokens());
      models.config("padded", buckets("4, 16"));
      models.version("plain", 1, OnnxModels.tokens());
      models.version("unsuited", 1, OnnxModels.sum());
      models.config("unsuited", buckets("4"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return directory;
  }

  private static String buckets(String sizes) {
    return "parameters { key: 'length_buckets' value: { string_value: '%s' } }".formatted(sizes);
  }

  @Test
  void answers_areThoseWithoutPadding_inTheirOwnLength() {
    for (int length : new int[] {1, 3, 4, 5, 16, 20}) {
      var padded = infer("padded", 2, length);
      var plain = infer("plain", 2, length);
      assertThat(padded.getOutputsList()).isEqualTo(plain.getOutputsList());
      assertThat(padded.getRawOutputContentsList()).isEqualTo(plain.getRawOutputContentsList());
    }
  }

  @Test
  void modelWithoutTokens_isRefused_withTheReason() {
    var index =
        server.stub().repositoryIndex(RepositoryIndexRequest.getDefaultInstance()).getModelsList();
    assertThat(index)
        .filteredOn(entry -> entry.getName().equals("unsuited"))
        .singleElement()
        .satisfies(entry -> assertThat(entry.getReason()).contains("length_buckets"));
  }

  private static ModelInferResponse infer(String model, int rows, int length) {
    return server.infer(
        ModelInferRequest.newBuilder()
            .setModelName(model)
            .addInputs(Requests.input("input_ids", "INT64", rows, length))
            .addInputs(Requests.input("attention_mask", "INT64", rows, length))
            .addRawInputContents(longs(LongStream.range(1, 1 + (long) rows * length).toArray()))
            .addRawInputContents(
                longs(LongStream.range(0, (long) rows * length).map(_ -> 1).toArray())));
  }

  private static ByteString longs(long... values) {
    var bytes = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      bytes.putLong(value);
    }
    return ByteString.copyFrom(bytes.flip());
  }
}
