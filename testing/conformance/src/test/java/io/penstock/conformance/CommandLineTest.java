package io.penstock.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineTest {

  private final ByteArrayOutputStream text = new ByteArrayOutputStream();

  private int run(String... arguments) {
    return Conformance.run(new PrintStream(text, true, UTF_8), arguments);
  }

  @Test
  void withoutAddress_usageIsTold() {
    assertThat(run()).isEqualTo(2);
    assertThat(text.toString(UTF_8)).contains("neither --grpc nor --http", "--report FILE");
  }

  @Test
  void wrongArguments_areNamed() {
    assertThat(run("--grcp", "x")).isEqualTo(2);
    assertThat(run("--http", "localhost:1")).isEqualTo(2);
    assertThat(run("--extension", "sequences")).isEqualTo(2);
    assertThat(run("--only", "(")).isEqualTo(2);
    assertThat(run("--grpc")).isEqualTo(2);
    assertThat(text.toString(UTF_8))
        .contains(
            "unknown: --grcp",
            "expected http://host:port",
            "extension sequences is none of",
            "--grpc needs a value");
  }

  @Test
  void list_namesTheCasesOfAnExtension() {
    assertThat(run("--list", "--extension", "sequence(string_id)")).isZero();
    assertThat(text.toString(UTF_8)).contains("sequence.adds_up_by_text_id.rest-binary");
  }

  @Test
  void models_areWrittenInTritonsLayout(@TempDir Path directory) {
    assertThat(run("models", directory.toString())).isZero();
    assertThat(directory.resolve("simple/config.pbtxt"))
        .content()
        .contains("name: \"simple\"", "max_batch_size: 8", "data_type: TYPE_INT32");
    assertThat(directory.resolve("two_versions/2/model.onnx")).isNotEmptyFile();
    assertThat(directory.resolve("classifier/labels.txt")).content().startsWith("cat\n");
  }
}
