package io.penstock.inference.worker;

import com.google.protobuf.ByteString;
import io.penstock.inference.tensor.DataType;
import io.penstock.inference.tensor.Shape;
import io.penstock.inference.tensor.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ByteChannel;
import java.util.ArrayList;
import java.util.List;

/// One connection between the service and a worker: messages of a length, a kind and fields, each
/// written into one buffer that is used again. Strict turns: one side writes a message, then reads
/// one. Not for several threads at once.
final class Wire implements AutoCloseable {

  private static final DataType[] TYPES = DataType.values();
  private static final int HEADER = Integer.BYTES + 1;
  private static final int FIRST_SIZE = 1 << 16;
  private static final int LARGEST_KEPT = 16 << 20;

  private final ByteChannel channel;
  private ByteBuffer buffer = allocate(FIRST_SIZE);

  Wire(ByteChannel channel) {
    this.channel = channel;
  }

  private static ByteBuffer allocate(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// Begins a message.
  Wire begin(Message message) {
    if (buffer.capacity() > LARGEST_KEPT) {
      buffer = allocate(FIRST_SIZE);
    }
    buffer.clear().position(Integer.BYTES);
    buffer.put((byte) message.ordinal());
    return this;
  }

  Wire put(int value) {
    room(Integer.BYTES).putInt(value);
    return this;
  }

  Wire put(long value) {
    room(Long.BYTES).putLong(value);
    return this;
  }

  Wire put(String value) {
    return put(ByteString.copyFromUtf8(value));
  }

  Wire put(ByteString value) {
    put(value.size());
    value.copyTo(room(value.size()));
    return this;
  }

  Wire put(Shape shape) {
    put(shape.rank());
    for (int i = 0; i < shape.rank(); i++) {
      put(shape.dimension(i));
    }
    return this;
  }

  Wire put(DataType type) {
    return put(type.ordinal());
  }

  Wire put(Tensor tensor) {
    put(tensor.name()).put(tensor.type()).put(tensor.shape());
    if (tensor.type().isFixedWidth()) {
      return put(tensor.bytes());
    }
    tensor.values().forEach(this::put);
    return this;
  }

  Wire put(List<Tensor> tensors) {
    put(tensors.size());
    tensors.forEach(this::put);
    return this;
  }

  private ByteBuffer room(int bytes) {
    if (buffer.remaining() < bytes) {
      int needed = Math.addExact(buffer.position(), bytes);
      var larger = allocate(Math.max(needed, (int) Math.min(1L << 30, 2L * buffer.capacity())));
      buffer = larger.put(buffer.flip());
    }
    return buffer;
  }

  /// Sends the message.
  void send() throws IOException {
    buffer.putInt(0, buffer.position() - Integer.BYTES).flip();
    writeAll(buffer);
  }

  /// Sends bytes after a message, as they are.
  void sendRaw(ByteBuffer bytes) throws IOException {
    writeAll(bytes.duplicate());
  }

  private void writeAll(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /// Waits for a message, whose fields can be read then.
  Message receive() throws IOException {
    readAll(buffer.clear().limit(HEADER));
    buffer.flip();
    int length = buffer.getInt() - 1;
    var message = Message.of(buffer.get());
    if (length > buffer.capacity()) {
      buffer = allocate(length);
    }
    readAll(buffer.clear().limit(length));
    buffer.flip();
    return message;
  }

  /// Reads bytes that came after a message.
  void receiveRaw(ByteBuffer bytes) throws IOException {
    readAll(bytes);
  }

  private void readAll(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new EOFException("the other side is gone");
      }
    }
  }

  int getInt() {
    return buffer.getInt();
  }

  long getLong() {
    return buffer.getLong();
  }

  String getText() {
    return getBytes().toStringUtf8();
  }

  ByteString getBytes() {
    return ByteString.copyFrom(buffer, getInt());
  }

  Shape getShape() {
    long[] dimensions = new long[getInt()];
    for (int i = 0; i < dimensions.length; i++) {
      dimensions[i] = getLong();
    }
    return Shape.of(dimensions);
  }

  DataType getType() {
    return TYPES[getInt()];
  }

  Tensor getTensor() {
    var name = getText();
    var type = getType();
    var shape = getShape();
    if (type.isFixedWidth()) {
      return Tensor.packed(name, type, shape, getBytes());
    }
    var values = new ArrayList<ByteString>();
    for (long i = shape.elements(); i > 0; i--) {
      values.add(getBytes());
    }
    return Tensor.texts(name, shape, values);
  }

  List<Tensor> getTensors() {
    int count = getInt();
    var tensors = new ArrayList<Tensor>(count);
    for (int i = 0; i < count; i++) {
      tensors.add(getTensor());
    }
    return tensors;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Whoever closes it is done with it.
    }
  }
}
