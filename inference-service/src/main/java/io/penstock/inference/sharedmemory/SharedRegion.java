package io.penstock.inference.sharedmemory;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.penstock.inference.InferenceFailure;
import io.penstock.inference.InferenceFailure.RegionNotFound;
import io.penstock.inference.InferenceFailure.RegionUnusable;
import io.penstock.kit.failure.FailureException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;

/// A registered part of a shared memory file. May be closed while it is used: whoever uses it then
/// is told that it is gone.
public final class SharedRegion implements AutoCloseable {

  // The JDK keeps a buffer as large as the largest piece for each thread.
  private static final int PIECE = 1 << 20;

  private final String name;
  private final String key;
  private final long offset;
  private final long size;
  private final int maxTensorBytes;
  private final FileChannel file;

  SharedRegion(
      String name, String key, long offset, long size, int maxTensorBytes, FileChannel file) {
    this.name = name;
    this.key = key;
    this.offset = offset;
    this.size = size;
    this.maxTensorBytes = maxTensorBytes;
    this.file = file;
  }

  public String name() {
    return name;
  }

  /// The POSIX name.
  public String key() {
    return key;
  }

  public long offset() {
    return offset;
  }

  public long size() {
    return size;
  }

  /// Takes a copy, so that what a request holds no longer changes.
  public ByteString read(long from, long count) {
    requireWithin(from, count);
    var bytes = ByteBuffer.allocate((int) count);
    try {
      while (bytes.hasRemaining()) {
        long at = offset + from + bytes.position();
        if (file.read(piece(bytes), at) < 0) {
          throw unusable("has shrunk since it was registered");
        }
        bytes.limit((int) count);
      }
    } catch (IOException e) {
      throw failure(e);
    }
    return UnsafeByteOperations.unsafeWrap(bytes.flip());
  }

  public void write(long from, ByteString bytes) {
    requireWithin(from, bytes.size());
    try {
      requireStillThere(offset + from + bytes.size());
      var left = bytes.asReadOnlyByteBuffer().slice();
      while (left.hasRemaining()) {
        long at = offset + from + left.position();
        file.write(piece(left), at);
        left.limit(bytes.size());
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private static ByteBuffer piece(ByteBuffer bytes) {
    return bytes.limit(Math.min(bytes.limit(), bytes.position() + PIECE));
  }

  // Writing beyond the end would make the file grow.
  private void requireStillThere(long end) throws IOException {
    if (file.size() < end) {
      throw unusable("has shrunk since it was registered");
    }
  }

  private void requireWithin(long from, long count) {
    if (from < 0 || count < 0 || from > size || count > size - from) {
      throw unusable("holds %d bytes; %d from %d on are beyond it".formatted(size, count, from));
    }
    if (count > maxTensorBytes) {
      throw unusable(
          "was to give %d bytes for one tensor, expected at most %d"
              .formatted(count, maxTensorBytes));
    }
  }

  private FailureException failure(IOException e) {
    return e instanceof ClosedChannelException
        ? failure(new RegionNotFound(name))
        : unusable("cannot be used: " + e.getMessage());
  }

  private FailureException unusable(String detail) {
    return failure(new RegionUnusable(name, detail));
  }

  private static FailureException failure(InferenceFailure failure) {
    return new FailureException(failure);
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
