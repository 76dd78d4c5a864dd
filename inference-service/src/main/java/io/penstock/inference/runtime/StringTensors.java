package io.penstock.inference.runtime;

import com.google.protobuf.ByteString;
import io.penstock.inference.tensor.Inputs;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/// BYTES tensors as ONNX Runtime's Java layer can carry them. It passes strings as Java's modified
/// UTF-8, which is UTF-8 only as long as there is no NUL and nothing beyond the basic plane; other
/// values would arrive as something else, so they are refused.
final class StringTensors {

  private StringTensors() {}

  /// The values of one input over all requests of a batch.
  static String[] concat(List<Inputs> batch, int input) throws RunFailed {
    var values = batch.stream().flatMap(i -> i.tensors().get(input).values().stream()).toList();
    var strings = new String[values.size()];
    for (int i = 0; i < strings.length; i++) {
      strings[i] = decode(values.get(i));
    }
    return strings;
  }

  static List<ByteString> encode(String[] values) {
    return Stream.of(values).map(ByteString::copyFromUtf8).toList();
  }

  private static String decode(ByteString value) throws RunFailed {
    var text = strict(value);
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == 0 || Character.isSurrogate(text.charAt(i))) {
        throw new RunFailed(
            RunFailed.Cause.INPUT, "a string holds NUL or a character beyond U+FFFF");
      }
    }
    return text;
  }

  private static String strict(ByteString value) throws RunFailed {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(value.asReadOnlyByteBuffer()).toString();
    } catch (CharacterCodingException e) {
      throw new RunFailed(RunFailed.Cause.INPUT, "a string is no UTF-8");
    }
  }
}
