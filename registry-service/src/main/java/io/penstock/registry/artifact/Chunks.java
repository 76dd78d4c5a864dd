package io.penstock.registry.artifact;

import com.google.protobuf.ByteString;
import io.penstock.kit.failure.InvalidArguments;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;

/// The chunks of an upload, from the first message, which was read already, to the last.
public final class Chunks<Q> implements Iterator<ByteBuffer> {

  private static final int MOST_BYTES = 1 << 20;

  private final Iterator<Q> rest;
  private final Function<Q, ByteString> chunk;
  private ByteString next;
  private boolean ready = true;

  /// @param chunk what a later message holds; refuses one that should have been the first
  public Chunks(ByteString first, Iterator<Q> rest, Function<Q, ByteString> chunk) {
    this.next = first;
    this.rest = rest;
    this.chunk = chunk;
  }

  @Override
  public boolean hasNext() {
    if (!ready && rest.hasNext()) {
      next = chunk.apply(rest.next());
      ready = true;
    }
    return ready;
  }

  @Override
  public ByteBuffer next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    ready = false;
    return checked(next).asReadOnlyByteBuffer();
  }

  private static ByteString checked(ByteString chunk) {
    if (chunk.size() > MOST_BYTES) {
      throw InvalidArguments.of(
          "chunk",
          "has %d bytes, expected at most %d a message".formatted(chunk.size(), MOST_BYTES));
    }
    return chunk;
  }
}
