package io.penstock.inference.cache;

import io.penstock.inference.tensor.Inputs;
import io.penstock.inference.tensor.Tensor;
import io.penstock.inference.tensor.TensorData.Packed;
import io.penstock.inference.tensor.TensorData.Texts;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/// What makes two requests equal: the opened version and the SHA-256 of all that the model is
/// given. A weaker hash could be led to give one caller the answer of another.
final class RequestKey {

  private final long version;
  private final byte[] digest;

  private RequestKey(long version, byte[] digest) {
    this.version = version;
    this.digest = digest;
  }

  /// @param version a number that no other opened version has
  static RequestKey of(long version, Inputs inputs) {
    var sha256 = sha256();
    // The names and their order are the model's own.
    inputs.tensors().forEach(tensor -> add(tensor, sha256));
    return new RequestKey(version, sha256.digest());
  }

  private static void add(Tensor tensor, MessageDigest to) {
    long[] sizes = tensor.shape().toArray();
    var head = ByteBuffer.allocate((2 + sizes.length) * Long.BYTES);
    head.putLong(tensor.type().ordinal()).putLong(sizes.length);
    for (long size : sizes) {
      head.putLong(size);
    }
    to.update(head.flip());
    switch (tensor.data()) {
      case Packed(var bytes) -> to.update(bytes.asReadOnlyByteBuffer());
      case Texts(var values) ->
          values.forEach(
              value -> {
                to.update(ByteBuffer.allocate(Integer.BYTES).putInt(value.size()).flip());
                to.update(value.asReadOnlyByteBuffer());
              });
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  boolean isOf(long other) {
    return version == other;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RequestKey that
        && version == that.version
        && Arrays.equals(digest, that.digest);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(digest) ^ Long.hashCode(version);
  }
}
