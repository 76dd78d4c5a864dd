package io.penstock.inference.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.penstock.inference.runtime.ModelRunner;
import io.penstock.inference.runtime.RunnableModel;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.ModelInterface;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.TensorSpec;
import java.util.List;

/// A tokenizer in native memory, which all its runners share: encoding changes nothing in it.
final class TokenizerModel implements RunnableModel {

  static final String IDS = "input_ids";
  static final String MASK = "attention_mask";
  static final String TYPES = "token_type_ids";

  private final HuggingFaceTokenizer tokenizer;
  private final TokenizerTerms terms;
  private final ModelInterface shape;

  TokenizerModel(HuggingFaceTokenizer tokenizer, TokenizerTerms terms) {
    this.tokenizer = tokenizer;
    this.terms = terms;
    this.shape =
        new ModelInterface(
            List.of(terms.text()), List.of(tokens(IDS), tokens(MASK), tokens(TYPES)), true);
  }

  private static TensorSpec tokens(String name) {
    return new TensorSpec(name, DataType.INT64, Shape.of(Shape.ANY, Shape.ANY));
  }

  @Override
  public ModelInterface shape() {
    return shape;
  }

  @Override
  public ModelRunner openRunner() {
    return new TokenizerRunner(tokenizer, terms);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
