package io.penstock.inference.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// How much memory the arena of a session holds: weights, packed weights, and what runs needed at
/// most. ONNX Runtime counts it; its Java API does not tell, its C API does.
@SuppressWarnings("restricted")
final class SessionArena {

  // Places in the table of C functions. The table only ever grows at its end.
  private static final int CREATE_CPU_MEMORY_INFO = 69;
  private static final int RELEASE_STATUS = 93;
  private static final int RELEASE_MEMORY_INFO = 94;
  private static final int CREATE_ALLOCATOR = 131;
  private static final int RELEASE_ALLOCATOR = 132;
  private static final int GET_KEY_VALUE = 297;
  private static final int RELEASE_KEY_VALUES = 300;
  private static final int ALLOCATOR_STATISTICS = 319;
  private static final int FUNCTIONS = 320;

  private static final int LONGEST_NUMBER = 24;

  private final MethodHandle createMemoryInfo;
  private final MethodHandle releaseMemoryInfo;
  private final MethodHandle releaseStatus;
  private final MethodHandle createAllocator;
  private final MethodHandle releaseAllocator;
  private final MethodHandle statistics;
  private final MethodHandle value;
  private final MethodHandle releaseValues;
  private final VarHandle sessionHandle;

  private SessionArena(MemorySegment functions, VarHandle sessionHandle) {
    var pointer = ValueLayout.ADDRESS;
    var number = ValueLayout.JAVA_INT;
    this.createMemoryInfo =
        function(
            functions,
            CREATE_CPU_MEMORY_INFO,
            FunctionDescriptor.of(pointer, number, number, pointer));
    this.createAllocator =
        function(
            functions, CREATE_ALLOCATOR, FunctionDescriptor.of(pointer, pointer, pointer, pointer));
    this.statistics =
        function(functions, ALLOCATOR_STATISTICS, FunctionDescriptor.of(pointer, pointer, pointer));
    this.value =
        function(functions, GET_KEY_VALUE, FunctionDescriptor.of(pointer, pointer, pointer));
    this.releaseMemoryInfo = release(functions, RELEASE_MEMORY_INFO);
    this.releaseStatus = release(functions, RELEASE_STATUS);
    this.releaseAllocator = release(functions, RELEASE_ALLOCATOR);
    this.releaseValues = release(functions, RELEASE_KEY_VALUES);
    this.sessionHandle = sessionHandle;
  }

  private static MethodHandle release(MemorySegment functions, int place) {
    return function(functions, place, FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
  }

  private static MethodHandle function(
      MemorySegment functions, int place, FunctionDescriptor type) {
    return Linker.nativeLinker()
        .downcallHandle(functions.getAtIndex(ValueLayout.ADDRESS, place), type);
  }

  static SessionArena of(OrtEnvironment environment) {
    try {
      var lookup = MethodHandles.privateLookupIn(OrtEnvironment.class, MethodHandles.lookup());
      var runtime = Class.forName("ai.onnxruntime.OnnxRuntime");
      long api = (long) lookup.findStaticVarHandle(runtime, "ortApiHandle", long.class).get();
      var functions =
          MemorySegment.ofAddress(api).reinterpret(FUNCTIONS * ValueLayout.ADDRESS.byteSize());
      var session =
          MethodHandles.privateLookupIn(OrtSession.class, MethodHandles.lookup())
              .findVarHandle(OrtSession.class, "nativeHandle", long.class);
      return new SessionArena(functions, session);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "this is not ONNX Runtime 1.28, but " + environment.getVersion(), e);
    }
  }

  /// The bytes that the session's arena holds; 0 where it keeps no count. The session must be open.
  long bytes(OrtSession session) throws OrtException {
    try (var scratch = Arena.ofConfined()) {
      var handle = MemorySegment.ofAddress((long) sessionHandle.get(session));
      return bytes(handle, scratch);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private long bytes(MemorySegment session, Arena scratch) throws Throwable {
    var out = scratch.allocate(ValueLayout.ADDRESS);
    var memory = out(out, (MemorySegment) createMemoryInfo.invokeExact(0, 0, out));
    try {
      var allocator = out(out, (MemorySegment) createAllocator.invokeExact(session, memory, out));
      try {
        var counts = out(out, (MemorySegment) statistics.invokeExact(allocator, out));
        return counts.equals(MemorySegment.NULL) ? 0 : total(counts, scratch);
      } finally {
        releaseAllocator.invokeExact(allocator);
      }
    } finally {
      releaseMemoryInfo.invokeExact(memory);
    }
  }

  // What a call gave, or nothing where it failed.
  private MemorySegment out(MemorySegment out, MemorySegment status) throws Throwable {
    if (!status.equals(MemorySegment.NULL)) {
      releaseStatus.invokeExact(status);
      return MemorySegment.NULL;
    }
    return out.get(ValueLayout.ADDRESS, 0);
  }

  private long total(MemorySegment counts, Arena scratch) throws Throwable {
    try {
      var text = (MemorySegment) value.invokeExact(counts, scratch.allocateFrom("TotalAllocated"));
      return text.equals(MemorySegment.NULL)
          ? 0
          : Long.parseLong(text.reinterpret(LONGEST_NUMBER).getString(0));
    } finally {
      releaseValues.invokeExact(counts);
    }
  }
}
