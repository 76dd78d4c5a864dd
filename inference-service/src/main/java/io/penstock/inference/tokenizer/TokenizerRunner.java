package io.penstock.inference.tokenizer;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.google.protobuf.ByteString;
import io.penstock.inference.runtime.ModelRunner;
import io.penstock.inference.runtime.RunFailed;
import io.penstock.inference.tensor.Inputs;
import io.penstock.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// Encodes the texts of one request after another. Requests that run together are padded each for
/// itself: what a caller gets does not depend on who else asked.
final class TokenizerRunner implements ModelRunner {

  // A run cannot be stopped within a text, so what one may hold is bounded.
  private static final int MOST_TEXTS = 4096;
  private static final int MOST_TEXTS_OF_FULL_SIZE = 16;
  private static final int MOST_TOKENS = 1 << 20;

  private final HuggingFaceTokenizer tokenizer;
  private final TokenizerTerms terms;
  private volatile boolean terminated;

  TokenizerRunner(HuggingFaceTokenizer tokenizer, TokenizerTerms terms) {
    this.tokenizer = tokenizer;
    this.terms = terms;
  }

  @Override
  public List<List<Tensor>> run(List<Inputs> batch) throws RunFailed {
    terminated = false;
    var answers = new ArrayList<List<Tensor>>(batch.size());
    for (var inputs : batch) {
      answers.add(encode(inputs.tensors().getFirst().values()));
    }
    return answers;
  }

  private List<Tensor> encode(List<ByteString> texts) throws RunFailed {
    requireBounded(texts);
    var rows = new ArrayList<Encoding>(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      rows.add(encode(text(texts.get(i), i)));
    }
    return tensors(rows);
  }

  // One long text makes every row as long.
  private List<Tensor> tensors(List<Encoding> rows) throws RunFailed {
    int width = rows.stream().mapToInt(row -> row.getIds().length).max().orElse(0);
    if ((long) rows.size() * width > MOST_TOKENS) {
      throw new RunFailed(
          RunFailed.Cause.INPUT,
          "%d texts of up to %d tokens, expected at most %d in all"
              .formatted(rows.size(), width, MOST_TOKENS));
    }
    return new TokenTensors(rows, width).of(terms);
  }

  private void requireBounded(List<ByteString> texts) throws RunFailed {
    long bytes = texts.stream().mapToLong(ByteString::size).sum();
    long mostBytes = (long) MOST_TEXTS_OF_FULL_SIZE * terms.maxTextBytes();
    if (texts.size() > MOST_TEXTS || bytes > mostBytes) {
      throw new RunFailed(
          RunFailed.Cause.INPUT,
          "%d texts of %d bytes in all, expected at most %d of %d"
              .formatted(texts.size(), bytes, MOST_TEXTS, mostBytes));
    }
  }

  private String text(ByteString text, int index) throws RunFailed {
    if (text.size() > terms.maxTextBytes()) {
      throw new RunFailed(
          RunFailed.Cause.INPUT,
          "text %d has %d bytes, expected at most %d"
              .formatted(index, text.size(), terms.maxTextBytes()));
    }
    if (!text.isValidUtf8()) {
      throw new RunFailed(RunFailed.Cause.INPUT, "text %d is no UTF-8".formatted(index));
    }
    return text.toStringUtf8();
  }

  private Encoding encode(String text) throws RunFailed {
    if (terminated) {
      throw new RunFailed(RunFailed.Cause.TERMINATED, "stopped between two texts");
    }
    try {
      return tokenizer.encode(text, terms.addSpecialTokens(), false);
    } catch (RuntimeException e) {
      throw new RunFailed(RunFailed.Cause.MODEL, e);
    }
  }

  @Override
  public void terminate() {
    terminated = true;
  }

  @Override
  public void close() {
    // The tokenizer is the model's.
  }
}
