package io.penstock.conformance.cases;

import static io.penstock.conformance.suite.Section.SHARED_MEMORY;
import static io.penstock.conformance.wire.Transport.GRPC;
import static io.penstock.conformance.wire.Transport.REST;

import com.google.protobuf.ByteString;
import io.penstock.conformance.model.Models;
import io.penstock.conformance.suite.Case;
import io.penstock.conformance.suite.Check;
import io.penstock.conformance.suite.Extension;
import io.penstock.conformance.wire.Datatype;
import io.penstock.conformance.wire.Encoding;
import io.penstock.conformance.wire.InferCall;
import io.penstock.conformance.wire.Refusal;
import io.penstock.conformance.wire.Server;
import io.penstock.conformance.wire.Tensor;
import io.penstock.conformance.wire.Transport;
import io.penstock.conformance.wire.Values;
import io.penstock.proto.oip.SystemSharedMemoryRegisterRequest;
import io.penstock.proto.oip.SystemSharedMemoryStatusRequest;
import io.penstock.proto.oip.SystemSharedMemoryUnregisterRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Tensors in POSIX shared memory, and keys that must not open anything else.
final class SharedMemoryCases {

  private static final Path DIRECTORY = Path.of("/dev/shm");
  private static final int SIZE = 4096;
  private static final int OUTPUT_AT = 1024;
  private static final Tensor VALUES =
      Tensor.of("INPUT0", Datatype.FP32, Values.fp32(1, 2, 3, 4), 2, 2);

  private SharedMemoryCases() {}

  static List<Case> all() {
    var cases = new ArrayList<Case>();
    for (var transport : Transport.values()) {
      cases.add(shared("register_status_unregister", transport, SharedMemoryCases::lifecycle));
      cases.add(shared("input_in_a_region", transport, SharedMemoryCases::input));
      cases.add(shared("output_in_a_region", transport, SharedMemoryCases::output));
      cases.add(shared("beyond_the_region", transport, SharedMemoryCases::beyond));
      cases.add(shared("size_other_than_the_shape", transport, SharedMemoryCases::wrongSize));
      cases.add(shared("output_too_small", transport, SharedMemoryCases::outputTooSmall));
      cases.add(shared("after_unregister", transport, SharedMemoryCases::afterUnregister));
      cases.add(shared("registered_twice", transport, SharedMemoryCases::twice).should());
      cases.add(shared("region_larger_than_its_file", transport, SharedMemoryCases::tooLarge));
      cases.add(unknownRegion(transport));
    }
    for (var key :
        List.of(
            "/../etc/passwd",
            "../../etc/passwd",
            "/../../etc/passwd",
            "/etc/passwd",
            "etc/passwd",
            "",
            "/",
            "/.",
            "/..",
            "a\0b")) {
      cases.add(traversal(key));
    }
    cases.add(
        Case.of(SHARED_MEMORY, "shared_memory.cuda_status", SharedMemoryCases::cuda)
            .of(Extension.SYSTEM_SHARED_MEMORY)
            .over(GRPC)
            .should());
    return cases;
  }

  /// A case that has a region, registered and gone afterwards.
  @FunctionalInterface
  private interface WithRegion {
    void run(Server server, Transport transport, String name, Path file) throws IOException;
  }

  private static Case shared(String what, Transport transport, WithRegion body) {
    return Case.of(
            SHARED_MEMORY,
            "shared_memory.%s.%s".formatted(what, lower(transport)),
            server -> around(server, transport, body))
        .of(Extension.SYSTEM_SHARED_MEMORY)
        .over(transport)
        .with(Models.identity("FP32"))
        .onTheServersMachine();
  }

  private static String lower(Transport transport) {
    return transport.name().toLowerCase(java.util.Locale.ROOT);
  }

  private static void around(Server server, Transport transport, WithRegion body)
      throws IOException {
    var name = "conformance-" + UUID.randomUUID();
    var file = DIRECTORY.resolve(name);
    var content = new byte[SIZE];
    VALUES.raw().copyTo(content, 0);
    Files.write(file, content);
    try {
      register(server, transport, name, "/" + name, SIZE);
      body.run(server, transport, name, file);
    } finally {
      unregister(server, transport, name);
      Files.delete(file);
    }
  }

  private static void register(
      Server server, Transport transport, String name, String key, long size) {
    if (transport == GRPC) {
      server.grpc().systemSharedMemoryRegister(registration(name, key, size));
    } else {
      Check.ok(post(server, name, "register", registrationJson(key, size)));
    }
  }

  private static io.penstock.conformance.wire.RestAnswer post(
      Server server, String name, String verb, String body) {
    return server.rest().post("/v2/systemsharedmemory/region/%s/%s".formatted(name, verb), body);
  }

  private static SystemSharedMemoryRegisterRequest registration(
      String name, String key, long size) {
    return SystemSharedMemoryRegisterRequest.newBuilder()
        .setName(name)
        .setKey(key)
        .setByteSize(size)
        .build();
  }

  private static String registrationJson(String key, long size) {
    return "{\"key\":\"%s\",\"offset\":0,\"byte_size\":%d}".formatted(key, size);
  }

  private static void unregister(Server server, Transport transport, String name) {
    if (transport == GRPC) {
      server
          .grpc()
          .systemSharedMemoryUnregister(
              SystemSharedMemoryUnregisterRequest.newBuilder().setName(name).build());
    } else {
      Check.ok(post(server, name, "unregister", "{}"));
    }
  }

  private static Encoding encoding(Transport transport) {
    return transport == GRPC ? Encoding.GRPC_RAW : Encoding.REST_FLAT;
  }

  private static Map<String, Object> region(String name, long offset, long size) {
    return Map.of(
        "shared_memory_region", name,
        "shared_memory_offset", offset,
        "shared_memory_byte_size", size);
  }

  private static InferCall fromRegion(String name, long offset, long size) {
    return InferCall.of(Models.identity("FP32")).input(VALUES, region(name, offset, size));
  }

  private static void lifecycle(Server server, Transport transport, String name, Path file) {
    if (transport == REST) {
      var path = "/v2/systemsharedmemory/region/" + name + "/status";
      var answer = Check.ok(server.rest().get(path));
      Check.that(
          answer.text().contains(name) && answer.text().contains(String.valueOf(SIZE)),
          "the region and its size",
          answer);
      return;
    }
    var all =
        server
            .grpc()
            .systemSharedMemoryStatus(SystemSharedMemoryStatusRequest.getDefaultInstance());
    var region = all.getRegionsOrThrow(name);
    Check.equal("key", "/" + name, region.getKey());
    Check.equal("byte_size", (long) SIZE, region.getByteSize());
  }

  private static void input(Server server, Transport transport, String name, Path file) {
    Check.output(
        Samples.output(VALUES), server.infer(fromRegion(name, 0, 16), encoding(transport)));
  }

  private static void output(Server server, Transport transport, String name, Path file)
      throws IOException {
    var call = fromRegion(name, 0, 16).output("OUTPUT0", region(name, OUTPUT_AT, 16));
    Check.answered(server.infer(call, encoding(transport)));
    var written =
        ByteString.copyFrom(Files.readAllBytes(file)).substring(OUTPUT_AT, OUTPUT_AT + 16);
    Check.equal("in the region", VALUES.raw(), written);
  }

  private static void beyond(Server server, Transport transport, String name, Path file) {
    Check.mistaken(server.infer(fromRegion(name, SIZE - 8, 16), encoding(transport)));
    Check.mistaken(server.infer(fromRegion(name, Long.MAX_VALUE - 8, 16), encoding(transport)));
    Check.mistaken(server.infer(fromRegion(name, -16, 16), encoding(transport)));
  }

  private static void wrongSize(Server server, Transport transport, String name, Path file) {
    Check.mistaken(server.infer(fromRegion(name, 0, 12), encoding(transport)));
    Check.mistaken(server.infer(fromRegion(name, 0, 20), encoding(transport)));
  }

  private static void outputTooSmall(Server server, Transport transport, String name, Path file) {
    var call = fromRegion(name, 0, 16).output("OUTPUT0", region(name, OUTPUT_AT, 8));
    Check.mistaken(server.infer(call, encoding(transport)));
  }

  private static void afterUnregister(Server server, Transport transport, String name, Path file) {
    unregister(server, transport, name);
    Check.mistaken(server.infer(fromRegion(name, 0, 16), encoding(transport)));
  }

  private static void twice(Server server, Transport transport, String name, Path file) {
    if (transport == GRPC) {
      Check.mistaken(
          () -> server.grpc().systemSharedMemoryRegister(registration(name, "/" + name, SIZE)));
    } else {
      Check.clientError(post(server, name, "register", registrationJson("/" + name, SIZE)));
    }
  }

  private static void tooLarge(Server server, Transport transport, String name, Path file) {
    if (transport == GRPC) {
      Check.mistaken(
          () ->
              server
                  .grpc()
                  .systemSharedMemoryRegister(registration(name + "2", "/" + name, 1L << 40)));
    } else {
      Check.clientError(
          post(server, name + "2", "register", registrationJson("/" + name, 1L << 40)));
    }
  }

  private static Case unknownRegion(Transport transport) {
    return Case.of(
            SHARED_MEMORY,
            "shared_memory.unknown_region." + lower(transport),
            server ->
                Check.mistaken(
                    server.infer(fromRegion("no_such_region", 0, 16), encoding(transport))))
        .of(Extension.SYSTEM_SHARED_MEMORY)
        .over(transport)
        .with(Models.identity("FP32"));
  }

  private static Case traversal(String key) {
    var name = key.replace('/', '_').replace('.', '-').replace('\0', '0');
    return Case.of(
            SHARED_MEMORY,
            "shared_memory.key_%s_is_refused.grpc".formatted(name),
            server ->
                Check.refusedAs(
                    () ->
                        server
                            .grpc()
                            .systemSharedMemoryRegister(registration("traversal", key, 16)),
                    Refusal.INVALID,
                    Refusal.NOT_FOUND,
                    Refusal.DENIED,
                    Refusal.UNSUPPORTED))
        .of(Extension.SYSTEM_SHARED_MEMORY)
        .over(GRPC);
  }

  private static void cuda(Server server) {
    var status =
        server
            .grpc()
            .cudaSharedMemoryStatus(
                io.penstock.proto.oip.CudaSharedMemoryStatusRequest.getDefaultInstance());
    Check.equal("regions", 0, status.getRegionsCount());
  }
}
