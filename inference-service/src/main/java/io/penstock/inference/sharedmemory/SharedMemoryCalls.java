package io.penstock.inference.sharedmemory;

import io.penstock.inference.InferenceFailure.Unsupported;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.identity.Caller;
import io.penstock.proto.oip.CudaSharedMemoryRegisterRequest;
import io.penstock.proto.oip.CudaSharedMemoryRegisterResponse;
import io.penstock.proto.oip.CudaSharedMemoryStatusRequest;
import io.penstock.proto.oip.CudaSharedMemoryStatusResponse;
import io.penstock.proto.oip.CudaSharedMemoryUnregisterRequest;
import io.penstock.proto.oip.CudaSharedMemoryUnregisterResponse;
import io.penstock.proto.oip.SystemSharedMemoryRegisterRequest;
import io.penstock.proto.oip.SystemSharedMemoryRegisterResponse;
import io.penstock.proto.oip.SystemSharedMemoryStatusRequest;
import io.penstock.proto.oip.SystemSharedMemoryStatusResponse;
import io.penstock.proto.oip.SystemSharedMemoryStatusResponse.RegionStatus;
import io.penstock.proto.oip.SystemSharedMemoryUnregisterRequest;
import io.penstock.proto.oip.SystemSharedMemoryUnregisterResponse;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The shared memory extensions of the protocol, over whatever transport. Device memory of other
/// processes is not taken in: there is none to tell of, and none to forget.
@Singleton
public final class SharedMemoryCalls {

  private static final Logger log = LoggerFactory.getLogger(SharedMemoryCalls.class);

  private final SharedMemory memory;

  SharedMemoryCalls(SharedMemory memory) {
    this.memory = memory;
  }

  public SystemSharedMemoryStatusResponse status(SystemSharedMemoryStatusRequest request) {
    var status = SystemSharedMemoryStatusResponse.newBuilder();
    if (request.getName().isEmpty()) {
      memory.all().forEach(region -> status.putRegions(region.name(), toProto(region)));
    } else {
      status.putRegions(request.getName(), toProto(memory.get(request.getName())));
    }
    return status.build();
  }

  private static RegionStatus toProto(SharedRegion region) {
    return RegionStatus.newBuilder()
        .setName(region.name())
        .setKey(region.key())
        .setOffset(region.offset())
        .setByteSize(region.size())
        .build();
  }

  public SystemSharedMemoryRegisterResponse register(SystemSharedMemoryRegisterRequest request) {
    memory.register(
        request.getName(), request.getKey(), request.getOffset(), request.getByteSize());
    log.info("{} registered {} as '{}'", caller(), request.getKey(), request.getName());
    return SystemSharedMemoryRegisterResponse.getDefaultInstance();
  }

  public SystemSharedMemoryUnregisterResponse unregister(
      SystemSharedMemoryUnregisterRequest request) {
    if (request.getName().isEmpty()) {
      memory.unregisterAll();
      log.info("{} unregistered all shared memory", caller());
    } else {
      memory.unregister(request.getName());
      log.info("{} unregistered '{}'", caller(), request.getName());
    }
    return SystemSharedMemoryUnregisterResponse.getDefaultInstance();
  }

  private static String caller() {
    return Caller.find().map(caller -> caller.principal().name()).orElse("somebody");
  }

  public CudaSharedMemoryStatusResponse cudaStatus(CudaSharedMemoryStatusRequest request) {
    return CudaSharedMemoryStatusResponse.getDefaultInstance();
  }

  public CudaSharedMemoryRegisterResponse cudaRegister(CudaSharedMemoryRegisterRequest request) {
    throw new FailureException(
        new Unsupported(
            "device memory of other processes is not taken in",
            "use system shared memory, or send the tensor itself"));
  }

  public CudaSharedMemoryUnregisterResponse cudaUnregister(
      CudaSharedMemoryUnregisterRequest request) {
    return CudaSharedMemoryUnregisterResponse.getDefaultInstance();
  }
}
