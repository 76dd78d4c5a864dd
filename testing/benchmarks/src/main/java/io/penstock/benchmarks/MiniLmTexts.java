package io.penstock.benchmarks;

import com.google.protobuf.ByteString;
import io.penstock.proto.oip.ModelInferRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// Texts as a sentence model sees them: token ids, of lengths as sentences have. What the tokens
/// mean makes no difference to the time that they take.
record MiniLmTexts(List<long[]> ids) {

  private static final long CLS = 101;
  private static final long SEP = 102;
  private static final int WORDS_FROM = 1996;
  private static final int WORDS = 20_000;

  /// The same texts for the same seed: most have 10 to 40 tokens, some up to 100.
  static MiniLmTexts of(int count, long seed) {
    var random = new Random(seed);
    return new MiniLmTexts(Stream.generate(() -> text(random)).limit(count).toList());
  }

  private static long[] text(Random random) {
    int length = (int) Math.clamp(Math.exp(3.1 + 0.5 * random.nextGaussian()), 5, 100);
    var ids = new long[length];
    Arrays.setAll(ids, _ -> WORDS_FROM + random.nextInt(WORDS));
    ids[0] = CLS;
    ids[length - 1] = SEP;
    return ids;
  }

  double meanLength() {
    return ids.stream().mapToInt(text -> text.length).average().orElseThrow();
  }

  /// A request a text, raw.
  List<ModelInferRequest> requests(String model) {
    return ids.stream().map(text -> request(model, text)).toList();
  }

  private static ModelInferRequest request(String model, long[] text) {
    var ones = new long[text.length];
    Arrays.fill(ones, 1);
    var request = ModelInferRequest.newBuilder().setModelName(model);
    add(request, "input_ids", text);
    add(request, "attention_mask", ones);
    add(request, "token_type_ids", new long[text.length]);
    return request.build();
  }

  private static void add(ModelInferRequest.Builder request, String name, long[] values) {
    var bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    request
        .addInputsBuilder()
        .setName(name)
        .setDatatype("INT64")
        .addShape(1)
        .addShape(values.length);
    request.addRawInputContents(ByteString.copyFrom(bytes));
  }
}
