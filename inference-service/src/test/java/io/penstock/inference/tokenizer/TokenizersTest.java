package io.penstock.inference.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.penstock.inference.InferenceConfig;
import io.penstock.inference.InferenceConfig.DeviceChoice;
import io.penstock.inference.runtime.ModelRefused;
import io.penstock.inference.runtime.RunFailed;
import io.penstock.inference.runtime.RunnableModel;
import io.penstock.inference.serving.VersionConfigProtos;
import io.penstock.inference.tensor.Inputs;
import io.penstock.inference.tensor.Numbers;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.Tensor;
import io.penstock.proto.oip.ModelConfig;
import io.penstock.proto.oip.ModelParameter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// MiniLM's own tokenizer, as a model.
class TokenizersTest {

  private static final int CLS = 101;
  private static final int SEP = 102;
  private static final int PAD = 0;

  @TempDir private Path cache;

  private RunnableModel load(Map<String, String> parameters) throws ModelRefused, IOException {
    return load(file(), parameters);
  }

  private RunnableModel load(byte[] file, Map<String, String> parameters) throws ModelRefused {
    var config = ModelConfig.newBuilder().setPlatform("penstock_tokenizer");
    parameters.forEach(
        (name, value) ->
            config.putParameters(name, ModelParameter.newBuilder().setStringValue(value).build()));
    return new Tokenizers(new InferenceConfig(DeviceChoice.CPU, cache))
        .load(ByteBuffer.wrap(file), VersionConfigProtos.fromProto(config.build()));
  }

  private static byte[] file() throws IOException {
    try (var file =
        TokenizersTest.class.getResourceAsStream("/all-minilm-l6-v2-q-tokenizer.json")) {
      return file.readAllBytes();
    }
  }

  private static Inputs texts(RunnableModel model, List<ByteString> texts) {
    return model
        .shape()
        .accept(Map.of("text", Tensor.texts("text", Shape.of(texts.size()), texts)));
  }

  private static Inputs texts(RunnableModel model, String... texts) {
    return texts(model, Stream.of(texts).map(ByteString::copyFromUtf8).toList());
  }

  private static List<Tensor> run(RunnableModel model, Inputs inputs) throws RunFailed {
    try (var runner = model.openRunner()) {
      return runner.run(List.of(inputs)).getFirst();
    }
  }

  private static long[] numbers(Tensor tensor) {
    var numbers = Numbers.of(tensor);
    return IntStream.range(0, numbers.count()).mapToLong(i -> (long) numbers.get(i)).toArray();
  }

  @Test
  void texts_becomeIdsMaskAndTypes_asLongAsTheLongest() throws Exception {
    try (var model = load(Map.of())) {
      var tensors = run(model, texts(model, "Hello, world!", ""));
      assertThat(tensors)
          .extracting(Tensor::name)
          .containsExactly("input_ids", "attention_mask", "token_type_ids");
      assertThat(tensors).allSatisfy(t -> assertThat(t.shape()).isEqualTo(Shape.of(2, 6)));
      assertThat(numbers(tensors.get(0)))
          .containsExactly(CLS, 7592, 1010, 2088, 999, SEP, CLS, SEP, PAD, PAD, PAD, PAD);
      assertThat(numbers(tensors.get(1))).containsExactly(1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0);
      assertThat(numbers(tensors.get(2))).containsOnly(0);
    }
  }

  @Test
  void requestsTogether_arePaddedEachForItself() throws Exception {
    try (var model = load(Map.of());
        var runner = model.openRunner()) {
      var answers = runner.run(List.of(texts(model, "a"), texts(model, "one two three four")));
      assertThat(answers.get(0).getFirst().shape()).isEqualTo(Shape.of(1, 3));
      assertThat(answers.get(1).getFirst().shape()).isEqualTo(Shape.of(1, 6));
    }
  }

  @Test
  void longText_isCut_atTheFilesLengthOrTheConfigured() throws Exception {
    var text = "word ".repeat(1_000);
    try (var model = load(Map.of())) {
      assertThat(run(model, texts(model, text)).getFirst().shape()).isEqualTo(Shape.of(1, 128));
    }
    try (var model = load(Map.of("max_length", "8"))) {
      var ids = numbers(run(model, texts(model, text)).getFirst());
      assertThat(ids).hasSize(8).startsWith(CLS).endsWith(SEP);
    }
  }

  @Test
  void withoutSpecialTokens_onlyTheTextsOwnRemain() throws Exception {
    try (var model = load(Map.of("add_special_tokens", "false"))) {
      assertThat(numbers(run(model, texts(model, "hello world")).getFirst()))
          .containsExactly(7592, 2088);
    }
  }

  @Test
  void control_emoji_accents_andNul_areTakenAsTheLibraryTakesThem() throws Exception {
    try (var model = load(Map.of())) {
      assertThat(numbers(run(model, texts(model, "a\0b")).getFirst()))
          .containsExactly(CLS, 11113, SEP);
      assertThat(numbers(run(model, texts(model, "naïve 東京")).getFirst()))
          .containsExactly(CLS, 15743, 1879, 1755, SEP);
      assertThat(numbers(run(model, texts(model, "😀 smile")).getFirst()))
          .containsExactly(CLS, 100, 2868, SEP);
    }
  }

  @Test
  void whatIsNoUtf8_isTheCallersMistake() throws Exception {
    try (var model = load(Map.of())) {
      var bad = ByteString.copyFrom(new byte[] {'a', (byte) 0xC3, (byte) 0x28});
      assertThatThrownBy(() -> run(model, texts(model, List.of(ByteString.EMPTY, bad))))
          .isInstanceOfSatisfying(
              RunFailed.class, e -> assertThat(e.kind()).isEqualTo(RunFailed.Cause.INPUT))
          .hasMessage("text 1 is no UTF-8");
    }
  }

  @Test
  void textBeyondTheBound_isRefused() throws Exception {
    try (var model = load(Map.of("max_text_bytes", "100"))) {
      assertThat(run(model, texts(model, "x".repeat(100)))).isNotEmpty();
      assertThatThrownBy(() -> run(model, texts(model, "x".repeat(101))))
          .hasMessage("text 0 has 101 bytes, expected at most 100");
    }
  }

  @Test
  void tooManyTexts_areRefused() throws Exception {
    try (var model = load(Map.of())) {
      var many = java.util.Collections.nCopies(4097, ByteString.EMPTY);
      assertThatThrownBy(() -> run(model, texts(model, many)))
          .hasMessageStartingWith("4097 texts of 0 bytes in all, expected at most 4096");
    }
  }

  @Test
  void wrongSettings_areNamed() {
    assertThatThrownBy(() -> load(Map.of("max_length", "many")))
        .hasMessage("max_length was 'many', expected 1 to 8192");
    assertThatThrownBy(() -> load(Map.of("max_length", "2")))
        .hasMessage("max_length was 2, expected more than the 2 special tokens of each text");
    assertThatThrownBy(() -> load(Map.of("add_special_tokens", "yes")))
        .hasMessage("add_special_tokens was 'yes', expected true or false");
  }

  @Test
  void wrongFiles_areRefusedWithTheReason() {
    for (var file : List.of("", "nothing", "[]", "{}", "{\"model\":{\"type\":\"WordPiece\"}}")) {
      assertThatThrownBy(() -> load(file.getBytes(StandardCharsets.UTF_8), Map.of()))
          .as(file)
          .isInstanceOf(ModelRefused.class);
    }
  }

  @Test
  void contradictoryRuleForLongTexts_doesNotReachTheNativeCode() throws Exception {
    var file = new String(file(), StandardCharsets.UTF_8);
    var broken = file.replace("\"stride\": 0", "\"stride\": 500");
    assertThat(broken).isNotEqualTo(file);
    try (var model = load(broken.getBytes(StandardCharsets.UTF_8), Map.of())) {
      assertThat(run(model, texts(model, "word ".repeat(500))).getFirst().shape())
          .isEqualTo(Shape.of(1, 128));
    }
  }

  @Test
  void randomTexts_giveTheSameAloneAndTogether_fromManyThreads() throws Exception {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    var texts = IntStream.range(0, 200).mapToObj(_ -> randomText(random)).toList();
    try (var model = load(Map.of("max_length", "64"));
        var threads = Executors.newFixedThreadPool(4)) {
      var alone = new ArrayList<long[]>();
      for (var text : texts) {
        alone.add(numbers(run(model, texts(model, text)).getFirst()));
      }
      var again =
          texts.stream()
              .map(text -> threads.submit(() -> numbers(run(model, texts(model, text)).getFirst())))
              .toList();
      for (int i = 0; i < again.size(); i++) {
        assertThat(again.get(i).get()).as("seed %d", seed).containsExactly(alone.get(i));
      }
      var together =
          run(model, texts(model, texts.stream().map(ByteString::copyFromUtf8).toList()));
      assertRows(together, alone, seed);
    }
  }

  private static void assertRows(List<Tensor> together, List<long[]> alone, long seed) {
    int width = (int) together.getFirst().shape().dimension(1);
    var ids = numbers(together.get(0));
    var mask = numbers(together.get(1));
    for (int i = 0; i < alone.size(); i++) {
      var row = Arrays.copyOfRange(ids, i * width, (i + 1) * width);
      assertThat(row)
          .as("seed %d row %d", seed, i)
          .containsExactly(Arrays.copyOf(alone.get(i), width));
      assertThat(Arrays.stream(mask, i * width, (i + 1) * width).sum())
          .isEqualTo(alone.get(i).length);
    }
  }

  // Of every plane, with what breaks tokenizers: controls, marks, joiners, long words.
  private static String randomText(Random random) {
    var text = new StringBuilder();
    int length = random.nextInt(80);
    for (int i = 0; i < length; i++) {
      switch (random.nextInt(6)) {
        case 0 -> text.append(' ');
        case 1 -> text.append((char) random.nextInt(0x20));
        case 2 -> text.appendCodePoint(0x4E00 + random.nextInt(0x1000));
        case 3 -> text.appendCodePoint(0x1F300 + random.nextInt(0x300));
        case 4 -> text.appendCodePoint(0x300 + random.nextInt(0x70));
        default -> text.append((char) ('a' + random.nextInt(26)));
      }
    }
    return text.toString();
  }
}
