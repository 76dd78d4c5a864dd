package io.penstock.inference.runtime;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Collections;
import java.util.Optional;

/// The C library's heap, which models live in: what is taken from it, and how it gives back. Only
/// glibc can be asked; elsewhere nothing is known and nothing is done.
@SuppressWarnings("restricted")
public final class NativeHeap {

  // In glibc's malloc.h.
  private static final int M_MMAP_THRESHOLD = -3;
  private static final int M_ARENA_MAX = -8;

  private static final int LARGE = 128 << 10;
  private static final int ARENAS = 4;

  // struct mallinfo2 is ten numbers; of these, the bytes of blocks that are maps of their own and
  // the bytes of all others in use.
  private static final int MAPPED = 4;
  private static final int IN_USE = 7;
  private static final MemoryLayout MALLINFO2 =
      MemoryLayout.structLayout(
          Collections.nCopies(10, ValueLayout.JAVA_LONG).toArray(MemoryLayout[]::new));

  private static final NativeHeap INSTANCE = new NativeHeap(Linker.nativeLinker());

  private final Optional<MethodHandle> mallinfo;
  private final Optional<MethodHandle> trim;
  private final Optional<MethodHandle> option;

  private NativeHeap(Linker linker) {
    this.mallinfo = find(linker, "mallinfo2", FunctionDescriptor.of(MALLINFO2));
    this.trim =
        find(
            linker,
            "malloc_trim",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
    this.option =
        find(
            linker,
            "mallopt",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
  }

  private static Optional<MethodHandle> find(
      Linker linker, String function, FunctionDescriptor type) {
    SymbolLookup library = linker.defaultLookup();
    return library.find(function).map(address -> linker.downcallHandle(address, type));
  }

  public static NativeHeap ofThisProcess() {
    return INSTANCE;
  }

  public boolean isKnown() {
    return mallinfo.isPresent();
  }

  /// Bytes that the process has allocated and not freed; 0 where that is not known.
  public long inUse() {
    return mallinfo.map(NativeHeap::ask).orElse(0L);
  }

  private static long ask(MethodHandle mallinfo) {
    try (var arena = Arena.ofConfined()) {
      var info = (MemorySegment) mallinfo.invokeExact((SegmentAllocator) arena);
      return info.getAtIndex(ValueLayout.JAVA_LONG, MAPPED)
          + info.getAtIndex(ValueLayout.JAVA_LONG, IN_USE);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /// From now on large blocks are maps of their own, so that to free one gives its pages back at
  /// once. By default glibc learns from the first large block that is freed to keep the next ones.
  public void returnLargeBlocks() {
    option.ifPresent(
        mallopt -> {
          set(mallopt, M_MMAP_THRESHOLD, LARGE);
          set(mallopt, M_ARENA_MAX, ARENAS);
        });
  }

  private static void set(MethodHandle mallopt, int name, int value) {
    try {
      int _ = (int) mallopt.invokeExact(name, value);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /// Gives every free page back to the machine.
  public void trim() {
    trim.ifPresent(
        handle -> {
          try {
            int _ = (int) handle.invokeExact(0L);
          } catch (Throwable e) {
            throw new IllegalStateException(e);
          }
        });
  }
}
