package io.penstock.inference.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.google.gson.JsonParseException;
import io.penstock.inference.InferenceConfig;
import io.penstock.inference.runtime.ModelRefused;
import io.penstock.inference.runtime.RunnableModel;
import io.penstock.inference.serving.VersionConfig;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/// Loads tokenizers. The library behind them asks the network for nothing: left to itself it would
/// fetch natives for a GPU that it finds, and report its use.
@Singleton
public final class Tokenizers {

  private static final int MOST_BYTES = 256 << 20;

  private final Path natives;

  public Tokenizers(InferenceConfig config) {
    this.natives = config.cacheDirectory().resolve("natives").toAbsolutePath();
  }

  /// Loads a tokenizer from the bytes of its `tokenizer.json`. They may go once this returns.
  public RunnableModel load(ByteBuffer file, VersionConfig config) throws ModelRefused {
    if (file.remaining() > MOST_BYTES) {
      throw new ModelRefused(
          "the tokenizer has %d bytes, expected at most %d"
              .formatted(file.remaining(), MOST_BYTES));
    }
    isolate();
    try {
      var json = TokenizerFile.parse(StandardCharsets.UTF_8.decode(file.duplicate()).toString());
      return open(json, TokenizerTerms.of(config, json));
    } catch (JsonParseException | IllegalStateException e) {
      throw new ModelRefused("the file is no tokenizer.json: " + e.getMessage(), e);
    }
  }

  private static RunnableModel open(TokenizerFile file, TokenizerTerms terms) throws ModelRefused {
    var tokenizer = create(file.cutAt(terms.maxLength()), terms);
    try {
      requireRoom(tokenizer, terms);
      return new TokenizerModel(tokenizer, terms);
    } catch (ModelRefused | RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  private static HuggingFaceTokenizer create(String json, TokenizerTerms terms)
      throws ModelRefused {
    var options =
        Map.of(
            "padding",
            "false",
            "truncation",
            "true",
            "maxLength",
            Integer.toString(terms.maxLength()),
            "addSpecialTokens",
            Boolean.toString(terms.addSpecialTokens()));
    try {
      return HuggingFaceTokenizer.newInstance(
          new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), options);
    } catch (IOException | RuntimeException e) {
      throw new ModelRefused("the tokenizer cannot be loaded: " + e.getMessage(), e);
    }
  }

  // Where the special tokens alone are longer than a text may be, the library does not cut at all.
  private static void requireRoom(HuggingFaceTokenizer tokenizer, TokenizerTerms terms)
      throws ModelRefused {
    int special = tokenizer.encode("", terms.addSpecialTokens(), false).getIds().length;
    if (special >= terms.maxLength()) {
      throw new ModelRefused(
          "max_length was %d, expected more than the %d special tokens of each text"
              .formatted(terms.maxLength(), special));
    }
  }

  private void isolate() {
    setIfAbsent("ai.djl.offline", "true");
    setIfAbsent("OPT_OUT_TRACKING", "true");
    setIfAbsent("DJL_CACHE_DIR", natives.toString());
  }

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
