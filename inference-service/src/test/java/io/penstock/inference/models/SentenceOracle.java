package io.penstock.inference.models;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.penstock.inference.fixture.RealModels;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;

/// MiniLM's embeddings straight from the libraries, one text at a time, with the pooling by hand.
final class SentenceOracle implements AutoCloseable {

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final HuggingFaceTokenizer tokenizer;
  private final OrtSession session;

  SentenceOracle() throws IOException, OrtException {
    System.setProperty("ai.djl.offline", "true");
    tokenizer =
        HuggingFaceTokenizer.newInstance(
            new ByteArrayInputStream(RealModels.resource("/all-minilm-l6-v2-q-tokenizer.json")),
            Map.of("padding", "false", "truncation", "true", "maxLength", "256"));
    session = environment.createSession(RealModels.resource("/all-minilm-l6-v2-q.onnx"));
  }

  float[] embed(String text) throws OrtException {
    var encoding = tokenizer.encode(text, true, false);
    try (var ids = tensor(encoding.getIds());
        var mask = tensor(encoding.getAttentionMask());
        var types = tensor(encoding.getTypeIds());
        var result =
            session.run(
                Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types))) {
      return pooled(((float[][][]) result.get(0).getValue())[0]);
    }
  }

  private OnnxTensor tensor(long[] values) throws OrtException {
    return OnnxTensor.createTensor(environment, new long[][] {values});
  }

  private static float[] pooled(float[][] tokens) {
    var mean = new double[tokens[0].length];
    for (var token : tokens) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += token[i];
      }
    }
    double square = 0;
    for (double value : mean) {
      square += value * value;
    }
    var embedding = new float[mean.length];
    for (int i = 0; i < mean.length; i++) {
      embedding[i] = (float) (mean[i] / Math.sqrt(square));
    }
    return embedding;
  }

  static double cosine(float[] a, float[] b) {
    double dot = 0;
    double squareA = 0;
    double squareB = 0;
    for (int i = 0; i < a.length; i++) {
      dot += a[i] * b[i];
      squareA += a[i] * a[i];
      squareB += b[i] * b[i];
    }
    return dot / Math.sqrt(squareA * squareB);
  }

  @Override
  public void close() throws OrtException {
    session.close();
    tokenizer.close();
  }
}
