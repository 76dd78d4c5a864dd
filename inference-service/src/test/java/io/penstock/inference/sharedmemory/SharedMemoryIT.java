package io.penstock.inference.sharedmemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Status.Code;
import io.penstock.inference.fixture.InferenceServer;
import io.penstock.inference.fixture.OnnxModels;
import io.penstock.inference.fixture.Requests;
import io.penstock.inference.fixture.TestRegistry;
import io.penstock.proto.oip.CudaSharedMemoryRegisterRequest;
import io.penstock.proto.oip.CudaSharedMemoryStatusRequest;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelInferRequest.InferRequestedOutputTensor;
import io.penstock.proto.oip.ServerMetadataRequest;
import io.penstock.proto.oip.SystemSharedMemoryRegisterRequest;
import io.penstock.proto.oip.SystemSharedMemoryStatusRequest;
import io.penstock.proto.oip.SystemSharedMemoryUnregisterRequest;
import io.penstock.proto.onnx.TensorProto.DataType;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Shared memory against the running service, with real files in `/dev/shm`.
class SharedMemoryIT {

  @TempDir private static Path cache;

  private static final TestRegistry registry = new TestRegistry();

  @RegisterExtension
  static final ServiceExtension service =
      InferenceServer.extension(registry, Path.of("unset"))
          .with("penstock.inference.cache-directory", () -> cache.toString())
          .with("penstock.inference.shared-memory.enabled", true)
          .with("penstock.inference.shared-memory.regions", 8);

  private static final InferenceServer server = InferenceServer.of(service);

  private final String key = "penstock-test-" + UUID.randomUUID();
  private final Path file = Path.of("/dev/shm", key);

  @BeforeAll
  static void serve() throws InterruptedException {
    registry.serve("sum", registry.version("sum", 1, OnnxModels.sum()));
    registry.serve("text", registry.version("text", 1, OnnxModels.identity(DataType.STRING, -1)));
    server.awaitModel("sum");
    server.awaitModel("text");
  }

  @BeforeEach
  void create() throws IOException {
    Files.write(file, new byte[4096]);
  }

  @AfterEach
  void remove() throws IOException {
    unregister("");
    Files.deleteIfExists(file);
  }

  @Test
  void inputsAndOutputs_goThroughMemory() throws IOException {
    register("in", 0, 64);
    register("out", 1024, 64);
    write(0, Requests.floats(new float[] {1, 2}));
    write(8, Requests.floats(new float[] {10, 20}));
    var response =
        server.infer(
            request()
                .addInputs(slice("a", "in", 0, 8))
                .addInputs(slice("b", "in", 8, 8))
                .addOutputs(to("total", "out", 16, 8))
                .addOutputs(InferRequestedOutputTensor.newBuilder().setName("difference")));
    assertThat(read(1024 + 16, 8)).isEqualTo(Requests.floats(new float[] {11, 22}));
    assertThat(response.getRawOutputContents(0)).isEmpty();
    assertThat(response.getRawOutputContents(1)).isEqualTo(Requests.floats(new float[] {-9, -18}));
    var total = response.getOutputs(0);
    assertThat(total.getParametersOrThrow("shared_memory_region").getStringParam())
        .isEqualTo("out");
    assertThat(total.getParametersOrThrow("shared_memory_byte_size").getInt64Param()).isEqualTo(8);
    assertThat(total.getShapeList()).containsExactly(1L, 2L);
  }

  @Test
  void oneInputInMemory_theOtherSent() throws IOException {
    register("in", 0, 64);
    write(0, Requests.floats(new float[] {1, 2}));
    var raw =
        request()
            .addInputs(Requests.input("a", "FP32", 1, 2))
            .addInputs(slice("b", "in", 0, 8))
            .addRawInputContents(Requests.floats(new float[] {5, 5}));
    assertThat(server.infer(raw).getRawOutputContents(0))
        .isEqualTo(Requests.floats(new float[] {6, 7}));
    var typed =
        request()
            .addInputs(slice("b", "in", 0, 8))
            .addInputs(Requests.column("a", 5, 5).toBuilder().clearShape().addShape(1).addShape(2));
    assertThat(server.infer(typed).getRawOutputContents(0))
        .isEqualTo(Requests.floats(new float[] {6, 7}));
  }

  @Test
  void bytes_goThroughMemory() throws IOException {
    register("in", 0, 64);
    write(0, ByteString.copyFrom(new byte[] {2, 0, 0, 0, 'h', 'i'}));
    var request =
        ModelInferRequest.newBuilder()
            .setModelName("text")
            .addInputs(
                Requests.input("x", "BYTES", 1)
                    .putParameters("shared_memory_region", Requests.text("in"))
                    .putParameters("shared_memory_byte_size", Requests.number(6)));
    assertThat(server.infer(request).getRawOutputContents(0).toStringUtf8()).endsWith("hi");
    write(0, ByteString.copyFrom(new byte[] {-1, -1, -1, 127}));
    refused(request, Code.INVALID_ARGUMENT, "INVALID_ARGUMENT");
  }

  @Test
  void status_tellsWhatIsRegistered() {
    register("a", 16, 32);
    register("b", 0, 8);
    var all =
        server
            .operator()
            .systemSharedMemoryStatus(SystemSharedMemoryStatusRequest.getDefaultInstance());
    assertThat(all.getRegionsMap()).containsOnlyKeys("a", "b");
    var one =
        server
            .operator()
            .systemSharedMemoryStatus(
                SystemSharedMemoryStatusRequest.newBuilder().setName("a").build())
            .getRegionsOrThrow("a");
    assertThat(one.getKey()).isEqualTo("/" + key);
    assertThat(one.getOffset()).isEqualTo(16);
    assertThat(one.getByteSize()).isEqualTo(32);
    unregister("a");
    assertThatThrownBy(
            () ->
                server
                    .operator()
                    .systemSharedMemoryStatus(
                        SystemSharedMemoryStatusRequest.newBuilder().setName("a").build()))
        .satisfies(Failures.with(Code.NOT_FOUND, "REGION_NOT_FOUND"));
    unregister("a");
  }

  @Test
  void register_twice() {
    register("twice", 0, 8);
    assertThatThrownBy(() -> register("twice", 0, 8))
        .satisfies(Failures.with(Code.ALREADY_EXISTS, "REGION_EXISTS"));
  }

  @Test
  void register_moreThanThereMayBe() {
    for (int i = 0; i < 8; i++) {
      register("r" + i, 0, 8);
    }
    assertThatThrownBy(() -> register("r8", 0, 8))
        .satisfies(Failures.with(Code.RESOURCE_EXHAUSTED, "TOO_MANY_REGIONS"));
  }

  @Test
  void register_whatIsNoSharedMemory() throws IOException {
    for (var evil :
        List.of(
            "/../../etc/passwd",
            "/etc/passwd",
            "/a/b",
            "..",
            "/.",
            "",
            "/",
            "/sem.x",
            "/x\0y",
            "/" + "x".repeat(300))) {
      assertThatThrownBy(() -> register("evil", evil, 0, 8))
          .as(evil)
          .satisfies(Failures.with(Code.INVALID_ARGUMENT, "INVALID_ARGUMENT"));
    }
    assertThatThrownBy(() -> register("evil", "/no-such-memory", 0, 8))
        .satisfies(Failures.with(Code.INVALID_ARGUMENT, "REGION_UNUSABLE"));
    var link = Path.of("/dev/shm", key + "-link");
    Files.createSymbolicLink(link, Path.of("/etc/passwd"));
    var directory = Files.createDirectory(Path.of("/dev/shm", key + "-directory"));
    try {
      assertThatThrownBy(() -> register("evil", "/" + link.getFileName(), 0, 8))
          .satisfies(Failures.with(Code.INVALID_ARGUMENT, "REGION_UNUSABLE"));
      assertThatThrownBy(() -> register("evil", "/" + directory.getFileName(), 0, 8))
          .satisfies(Failures.with(Code.INVALID_ARGUMENT, "REGION_UNUSABLE"));
    } finally {
      Files.delete(link);
      Files.delete(directory);
    }
  }

  @Test
  void register_beyondTheMemory() {
    assertThatThrownBy(() -> register("big", 0, 4097))
        .satisfies(Failures.with(Code.INVALID_ARGUMENT, "REGION_UNUSABLE"));
    assertThatThrownBy(() -> register("big", 4000, 97))
        .satisfies(Failures.with(Code.INVALID_ARGUMENT, "REGION_UNUSABLE"));
    for (long[] wrong :
        new long[][] {{0, 0}, {-1, 8}, {0, -1}, {Long.MAX_VALUE, 8}, {8, Long.MAX_VALUE}}) {
      assertThatThrownBy(() -> register("big", wrong[0], wrong[1]))
          .satisfies(Failures.with(Code.INVALID_ARGUMENT, "INVALID_ARGUMENT"));
    }
  }

  @Test
  void slices_beyondTheRegion() {
    register("in", 0, 16);
    var wrong = List.of(slice("a", "in", 12, 8), slice("a", "in", 1L << 62, 8));
    for (var input : wrong) {
      refused(one(input), Code.INVALID_ARGUMENT, "REGION_UNUSABLE");
    }
    refused(one(slice("a", "in", -1, 8)), Code.INVALID_ARGUMENT, "INVALID_ARGUMENT");
    refused(one(slice("a", "in", 0, 4)), Code.INVALID_ARGUMENT, "INVALID_ARGUMENT");
    refused(
        one(slice("a", "in", 0, 8).removeParameters("shared_memory_byte_size")),
        Code.INVALID_ARGUMENT,
        "INVALID_ARGUMENT");
    refused(one(slice("a", "nowhere", 0, 8)), Code.NOT_FOUND, "REGION_NOT_FOUND");
    refused(
        one(slice("a", "in", 0, 8)).addOutputs(to("total", "in", 12, 8)),
        Code.INVALID_ARGUMENT,
        "REGION_UNUSABLE");
    refused(
        one(slice("a", "in", 0, 8)).addOutputs(to("total", "in", 0, 4)),
        Code.INVALID_ARGUMENT,
        "REGION_UNUSABLE");
  }

  @Test
  void memoryThatShrinks_failsTheRequest_notTheServer() throws IOException {
    register("in", 0, 4096);
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(100);
    }
    refused(one(slice("a", "in", 4000, 8)), Code.INVALID_ARGUMENT, "REGION_UNUSABLE");
    refused(
        one(slice("a", "in", 0, 8)).addOutputs(to("total", "in", 4000, 8)),
        Code.INVALID_ARGUMENT,
        "REGION_UNUSABLE");
    assertThat(Files.size(file)).isEqualTo(100);
    assertThat(server.infer(one(slice("a", "in", 0, 8))).getOutputsCount()).isEqualTo(2);
  }

  @Test
  void unregister_whileInUse() throws Exception {
    var stop = new AtomicBoolean();
    try (var clients = Executors.newFixedThreadPool(3)) {
      var calls =
          clients.submit(
              () -> {
                int answers = 0;
                while (!stop.get()) {
                  try {
                    server.infer(
                        one(slice("a", "race", 0, 8)).addOutputs(to("total", "race", 8, 8)));
                    answers++;
                  } catch (RuntimeException e) {
                    assertThat(e).satisfies(Failures.with(Code.NOT_FOUND, "REGION_NOT_FOUND"));
                  }
                }
                return answers;
              });
      for (int i = 0; i < 100; i++) {
        register("race", 0, 64);
        Thread.sleep(1);
        unregister("race");
      }
      stop.set(true);
      assertThat(calls.get()).isPositive();
    }
  }

  @Test
  void deviceMemory_isNotTakenIn() {
    assertThat(
            server
                .operator()
                .cudaSharedMemoryStatus(CudaSharedMemoryStatusRequest.getDefaultInstance())
                .getRegionsCount())
        .isZero();
    assertThatThrownBy(
            () ->
                server
                    .operator()
                    .cudaSharedMemoryRegister(CudaSharedMemoryRegisterRequest.getDefaultInstance()))
        .satisfies(Failures.with(Code.UNIMPLEMENTED, "UNSUPPORTED"));
  }

  @Test
  void off_byDefault() throws Exception {
    var other = InferenceServer.extension(registry, cache.resolve("off"));
    other.begin();
    try {
      var plain = InferenceServer.of(other);
      assertThatThrownBy(() -> plain.operator().systemSharedMemoryRegister(registration("x", 0, 8)))
          .satisfies(Failures.with(Code.UNIMPLEMENTED, "UNSUPPORTED"));
      assertThat(extensions(plain)).doesNotContain("system_shared_memory");
      assertThat(extensions(server)).contains("system_shared_memory");
    } finally {
      other.stop();
    }
  }

  private static List<String> extensions(InferenceServer server) {
    return server
        .stub()
        .serverMetadata(ServerMetadataRequest.getDefaultInstance())
        .getExtensionsList();
  }

  @Test
  void permission_isChecked() {
    assertThatThrownBy(() -> server.stub().systemSharedMemoryRegister(registration("client", 0, 8)))
        .satisfies(Failures.with(Code.PERMISSION_DENIED, "PERMISSION_MISSING"));
  }

  private static ModelInferRequest.Builder request() {
    return ModelInferRequest.newBuilder().setModelName("sum");
  }

  private static ModelInferRequest.Builder one(ModelInferRequest.InferInputTensor.Builder a) {
    return request()
        .addInputs(a)
        .addInputs(Requests.input("b", "FP32", 1, 2))
        .addRawInputContents(Requests.floats(new float[] {0, 0}));
  }

  private static ModelInferRequest.InferInputTensor.Builder slice(
      String input, String region, long offset, long size) {
    return Requests.input(input, "FP32", 1, 2)
        .putParameters("shared_memory_region", Requests.text(region))
        .putParameters("shared_memory_offset", Requests.number(offset))
        .putParameters("shared_memory_byte_size", Requests.number(size));
  }

  private static InferRequestedOutputTensor.Builder to(
      String output, String region, long offset, long size) {
    return InferRequestedOutputTensor.newBuilder()
        .setName(output)
        .putParameters("shared_memory_region", Requests.text(region))
        .putParameters("shared_memory_offset", Requests.number(offset))
        .putParameters("shared_memory_byte_size", Requests.number(size));
  }

  private void register(String name, long offset, long size) {
    register(name, "/" + key, offset, size);
  }

  private void register(String name, String memory, long offset, long size) {
    var unused =
        server
            .operator()
            .systemSharedMemoryRegister(
                registration(name, offset, size).toBuilder().setKey(memory).build());
  }

  private SystemSharedMemoryRegisterRequest registration(String name, long offset, long size) {
    return SystemSharedMemoryRegisterRequest.newBuilder()
        .setName(name)
        .setKey("/" + key)
        .setOffset(offset)
        .setByteSize(size)
        .build();
  }

  private static void unregister(String name) {
    var unused =
        server
            .operator()
            .systemSharedMemoryUnregister(
                SystemSharedMemoryUnregisterRequest.newBuilder().setName(name).build());
  }

  private void write(long at, ByteString bytes) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(bytes.asReadOnlyByteBuffer(), at);
    }
  }

  private ByteString read(long at, int count) throws IOException {
    var bytes = ByteBuffer.allocate(count);
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.read(bytes, at);
    }
    return ByteString.copyFrom(bytes.flip());
  }

  private static void refused(ModelInferRequest.Builder request, Code code, String reason) {
    assertThatThrownBy(() -> server.infer(request)).satisfies(Failures.with(code, reason));
  }
}
