package io.penstock.registry.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ManifestTest {

  private static final long SEED = 20_261_122;

  private static final DatasetFile STRANGE =
      new DatasetFile("a/β \"x\"\\\n.csv", 3, "b".repeat(64), 9);
  private static final DatasetFile PLAIN =
      new DatasetFile("z.parquet", 0, "a".repeat(64), 12_345_678_901L);
  private static final SchemaColumn DELAY = new SchemaColumn("delay", true, "double");

  // As Python's json.dumps(…, sort_keys=True, separators=(",", ":"), ensure_ascii=False) has it.
  @Test
  void canonical_isWhatOthersCompute() {
    var manifest = new Manifest(List.of(PLAIN, STRANGE), List.of(DELAY));
    assertThat(new String(manifest.canonical(), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"files\":[{\"path\":\"a/β \\\"x\\\"\\\\\\n.csv\",\"rows\":3,\"sha256\":\""
                + "b".repeat(64)
                + "\",\"size\":9},{\"path\":\"z.parquet\",\"rows\":0,\"sha256\":\""
                + "a".repeat(64)
                + "\",\"size\":12345678901}],\"schema\":[{\"name\":\"delay\",\"nullable\":true,\"type\":\"double\"}]}");
    assertThat(manifest.sha256())
        .isEqualTo("0c91a053139cde7419f8016a1a284dc3765abab367325c228b33fabe3cb99623");
  }

  @Test
  void canonical_isReadBack() {
    var random = new SplittableRandom(SEED);
    for (int i = 0; i < 200; i++) {
      var files = IntStream.range(0, random.nextInt(1, 9)).mapToObj(_ -> anyFile(random)).toList();
      var manifest = new Manifest(files, List.of(new SchemaColumn(anyText(random), false, "")));
      assertThat(Manifest.read(manifest.canonical()))
          .as("seed %d, %d", SEED, i)
          .isEqualTo(manifest);
    }
  }

  private static DatasetFile anyFile(SplittableRandom random) {
    return new DatasetFile(
        anyText(random), random.nextLong() >>> 1, "c".repeat(64), random.nextLong() >>> 1);
  }

  // Anything that UTF-8 can say.
  private static String anyText(SplittableRandom random) {
    return random
        .ints(random.nextInt(1, 12), 1, Character.MAX_CODE_POINT)
        .filter(point -> !(point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE))
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  @Test
  void everyDifference_isAnotherHash() {
    var hash = new Manifest(List.of(PLAIN), List.of(DELAY)).sha256();
    assertThat(
            List.of(
                new Manifest(List.of(STRANGE), List.of(DELAY)).sha256(),
                new Manifest(List.of(PLAIN), List.of()).sha256(),
                new Manifest(List.of(PLAIN), List.of(new SchemaColumn("delay", false, "double")))
                    .sha256(),
                new Manifest(
                        List.of(new DatasetFile("z.parquet", 1, "a".repeat(64), 12_345_678_901L)),
                        List.of(DELAY))
                    .sha256()))
        .doesNotContain(hash)
        .doesNotHaveDuplicates();
  }
}
