package io.penstock.inference.tokenizer;

import io.penstock.inference.runtime.ModelRefused;
import io.penstock.inference.serving.VersionConfig;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.TensorSpec;
import java.util.List;

/// How a tokenizer treats texts: what its configuration says, else its file, else what suits most.
///
/// @param text its input: a text a row
/// @param maxLength most tokens of a text, special ones included; what is beyond is cut off
/// @param maxTextBytes longer texts are refused, because to cut them costs as much as to use them
/// @param padId fills up the shorter texts of a request
record TokenizerTerms(
    TensorSpec text,
    int maxLength,
    int maxTextBytes,
    boolean addSpecialTokens,
    int padId,
    int padTypeId) {

  private static final int LENGTH = 512;
  private static final int MOST_LENGTH = 8192;
  private static final int TEXT_BYTES = 64 << 10;
  private static final int MOST_TEXT_BYTES = 4 << 20;
  private static final TensorSpec TEXT =
      new TensorSpec("text", DataType.BYTES, Shape.of(Shape.ANY));

  static TokenizerTerms of(VersionConfig config, TokenizerFile file) throws ModelRefused {
    return new TokenizerTerms(
        text(config.inputs()),
        number(config, "max_length", file.maxLength().orElse(LENGTH), MOST_LENGTH),
        number(config, "max_text_bytes", TEXT_BYTES, MOST_TEXT_BYTES),
        flag(config, "add_special_tokens", true),
        file.padId(),
        file.padTypeId());
  }

  private static TensorSpec text(List<TensorSpec> declared) throws ModelRefused {
    if (declared.isEmpty()) {
      return TEXT;
    }
    var spec = declared.getFirst();
    if (declared.size() > 1 || spec.type() != DataType.BYTES || !isColumn(spec)) {
      throw new ModelRefused(
          "the inputs of a tokenizer were %s, expected one of BYTES [-1] or [-1, 1]"
              .formatted(declared));
    }
    return spec;
  }

  private static boolean isColumn(TensorSpec spec) {
    int rank = spec.shape().rank();
    return spec.hasOpenRows() && (rank == 1 || (rank == 2 && spec.shape().dimension(1) == 1));
  }

  private static int number(VersionConfig config, String name, int otherwise, int most)
      throws ModelRefused {
    var text = config.parameters().getOrDefault(name, Integer.toString(otherwise));
    try {
      int value = Integer.parseInt(text);
      if (value >= 1 && value <= most) {
        return value;
      }
    } catch (NumberFormatException notEvenANumber) {
      // Told below, with the numbers out of range.
    }
    throw new ModelRefused("%s was '%s', expected 1 to %d".formatted(name, text, most));
  }

  private static boolean flag(VersionConfig config, String name, boolean otherwise)
      throws ModelRefused {
    var text = config.parameters().getOrDefault(name, Boolean.toString(otherwise));
    if (!text.equals("true") && !text.equals("false")) {
      throw new ModelRefused("%s was '%s', expected true or false".formatted(name, text));
    }
    return text.equals("true");
  }
}
