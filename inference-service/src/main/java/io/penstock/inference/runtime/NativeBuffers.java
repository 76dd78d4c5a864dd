package io.penstock.inference.runtime;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// Aligned buffers outside the Java heap that any thread may use and that go when their owner says
/// so. An arena could do either, but not both cheaply: a confined one binds to a thread, and a
/// shared one stops all threads when it closes. So here nothing checks that a buffer is not used
/// after its end; its owner sees to that.
@SuppressWarnings("restricted")
final class NativeBuffers implements AutoCloseable {

  // The widest vector registers that the runtime's kernels use.
  private static final long ALIGNMENT = 64;

  private static final MethodHandle ALLOCATE =
      find(
          "aligned_alloc",
          FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
  private static final MethodHandle FREE =
      find("free", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

  private final List<MemorySegment> blocks = new ArrayList<>();

  private static MethodHandle find(String function, FunctionDescriptor type) {
    var linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(function), type);
  }

  /// A buffer in the machine's byte order, with whatever the memory holds.
  ByteBuffer allocate(long bytes) {
    // At least a byte, so that an empty tensor has an address, too.
    long size = Math.ceilDiv(Math.max(1, bytes), ALIGNMENT) * ALIGNMENT;
    var block = allocateBlock(size);
    blocks.add(block);
    return block
        .reinterpret(size)
        .asByteBuffer()
        .limit(Math.toIntExact(bytes))
        .order(ByteOrder.nativeOrder());
  }

  private static MemorySegment allocateBlock(long size) {
    MemorySegment block;
    try {
      block = (MemorySegment) ALLOCATE.invokeExact(ALIGNMENT, size);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    if (block.equals(MemorySegment.NULL)) {
      throw new IllegalStateException("no memory left for a batch of " + size + " bytes");
    }
    return block;
  }

  @Override
  public void close() {
    blocks.forEach(NativeBuffers::free);
    blocks.clear();
  }

  private static void free(MemorySegment block) {
    try {
      FREE.invokeExact(block);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
