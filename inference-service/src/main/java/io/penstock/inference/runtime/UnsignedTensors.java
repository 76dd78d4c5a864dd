package io.penstock.inference.runtime;

import static java.lang.invoke.MethodType.methodType;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.TensorInfo.OnnxTensorType;
import io.penstock.inference.tensor.Shape;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Tensors of the wider unsigned integers. ONNX Runtime has them and so has its native Java layer,
/// but the public Java API has no way to say them; so this class calls the private constructor path
/// of the pinned version, 1.28.
final class UnsignedTensors {

  private final MethodHandle createNative;
  private final MethodHandle createInfo;
  private final MethodHandle createTensor;
  private final long api;
  private final long allocator;

  private UnsignedTensors(MethodHandles.Lookup tensors, OrtEnvironment environment)
      throws ReflectiveOperationException {
    createNative =
        tensors.findStatic(
            OnnxTensor.class,
            "createTensorFromBuffer",
            methodType(
                long.class,
                long.class,
                long.class,
                Buffer.class,
                int.class,
                long.class,
                long[].class,
                int.class));
    createInfo =
        tensors.findConstructor(
            TensorInfo.class, methodType(void.class, long[].class, String[].class, int.class));
    createTensor =
        tensors.findConstructor(
            OnnxTensor.class,
            methodType(
                void.class, long.class, long.class, TensorInfo.class, Buffer.class, boolean.class));
    var runtime = Class.forName("ai.onnxruntime.OnnxRuntime");
    api = (long) tensors.findStaticVarHandle(runtime, "ortApiHandle", long.class).get();
    var allocatorType = Class.forName("ai.onnxruntime.OrtAllocator");
    var defaultAllocator =
        tensors.findVarHandle(OrtEnvironment.class, "defaultAllocator", allocatorType);
    allocator =
        (long)
            tensors
                .findVarHandle(allocatorType, "handle", long.class)
                .get(defaultAllocator.get(environment));
  }

  static UnsignedTensors of(OrtEnvironment environment) {
    try {
      var tensors = MethodHandles.privateLookupIn(OnnxTensor.class, MethodHandles.lookup());
      return new UnsignedTensors(tensors, environment);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this is not ONNX Runtime 1.28", e);
    }
  }

  OnnxTensor over(ByteBuffer buffer, OnnxTensorType type, Shape shape) throws OrtException {
    try {
      long size = buffer.remaining();
      long tensor =
          (long)
              createNative.invoke(
                  api,
                  allocator,
                  (Buffer) buffer,
                  buffer.position(),
                  size,
                  shape.toArray(),
                  type.value);
      var names = new String[shape.rank()];
      Arrays.fill(names, "");
      var info = createInfo.invoke(shape.toArray(), names, type.value);
      return (OnnxTensor) createTensor.invoke(tensor, allocator, info, (Buffer) buffer, false);
    } catch (OrtException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
