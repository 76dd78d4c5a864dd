package io.penstock.inference.infer;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.Status.Code;
import io.penstock.inference.fixture.InferenceServer;
import io.penstock.inference.fixture.OnnxModels;
import io.penstock.inference.fixture.Requests;
import io.penstock.inference.fixture.TestRegistry;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelStreamInferResponse;
import io.penstock.testkit.Eventually;
import io.penstock.testkit.Failures;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestOnnx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// `ModelStreamInfer` against the running service.
class InferStreamIT {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int IN_FLIGHT = 4;

  @TempDir private static Path cache;

  private static final TestRegistry registry = new TestRegistry();

  @RegisterExtension
  static final ServiceExtension service =
      InferenceServer.extension(registry, Path.of("unset"))
          .with("penstock.inference.cache-directory", () -> cache.toString())
          .with("penstock.inference.stream.in-flight", IN_FLIGHT);

  private static final InferenceServer server = InferenceServer.of(service);

  @BeforeAll
  static void serve() throws InterruptedException {
    registry.serve("quick", registry.version("quick", 1, TestOnnx.logistic(0.1f, 1, 2)));
    registry.serve("slow", registry.version("slow", 1, OnnxModels.slow(10)));
    server.awaitModel("quick");
    server.awaitModel("slow");
  }

  @Test
  void answers_comeInTheOrderOfTheRequests() throws Exception {
    long seed = System.nanoTime();
    var random = new Random(seed);
    try (var stream = StreamClient.open(service)) {
      var ids = IntStream.range(0, 60).mapToObj(i -> "r" + i).toList();
      ids.forEach(id -> stream.send(random.nextInt(6) == 0 ? slow(id) : quick(id)));
      stream.complete();
      assertThat(stream.awaitEnd()).isNull();
      assertThat(stream.answers()).as("seed %d", seed).extracting(InferStreamIT::id).isEqualTo(ids);
      assertThat(stream.answers()).allMatch(answer -> answer.getErrorMessage().isEmpty());
    }
  }

  @Test
  void answer_saysThatItIsTheOnlyOne() throws Exception {
    try (var stream = StreamClient.open(service)) {
      stream.send(
          quick("only").putParameters("triton_enable_empty_final_response", Requests.flag(true)));
      var answer = stream.awaitAnswers(1).getFirst().getInferResponse();
      assertThat(answer.getParametersOrThrow("triton_final_response").getBoolParam()).isTrue();
      assertThat(Requests.numbers(answer)).hasSize(1);
    }
  }

  @Test
  void requestThatFails_isToldSo_andTheStreamGoesOn() throws Exception {
    try (var stream = StreamClient.open(service)) {
      stream.send(quick("good"));
      stream.send(quick("unknown").setModelName("nothing"));
      stream.send(quick("wrong").putParameters("timeout", Requests.text("soon")));
      stream.send(Requests.features("quick", new float[] {1, 2, 3}).setId("shape"));
      stream.send(slow("late").putParameters("timeout", Requests.number(1)));
      stream.send(quick("better"));
      var answers = stream.awaitAnswers(6);
      assertThat(answers)
          .extracting(InferStreamIT::id)
          .containsExactly("good", "unknown", "wrong", "shape", "late", "better");
      assertThat(answers)
          .extracting(InferStreamIT::reason)
          .startsWith("", "MODEL_NOT_FOUND", "INVALID_ARGUMENT", "INVALID_ARGUMENT")
          .endsWith("");
      assertThat(answers.get(3).getErrorMessage()).contains("inputs[0].shape");
      assertThat(answers.get(4).getErrorMessage()).isNotEmpty();
      assertThat(answers.get(5).getErrorMessage()).isEmpty();
    }
  }

  @Test
  void halfClose_withoutARequest_endsWell() throws Exception {
    try (var stream = StreamClient.open(service)) {
      stream.complete();
      assertThat(stream.awaitEnd()).isNull();
      assertThat(stream.answers()).isEmpty();
    }
  }

  @Test
  void clientThatDoesNotRead_isNotAskedForMore() throws Exception {
    try (var stream = StreamClient.openUnread(service)) {
      int big = 64 << 10;
      var rows = new float[big][2];
      for (int i = 0; i < 200; i++) {
        stream.send(Requests.features("quick", rows).setId("r" + i));
      }
      Eventually.become(SOON, () -> !stream.isReady());
      var before = count();
      Thread.sleep(300);
      assertThat(count()).as("what runs while nobody reads").isLessThan(before + IN_FLIGHT + 1);
      stream.readAll();
      stream.complete();
      assertThat(stream.awaitEnd()).isNull();
      assertThat(stream.answers()).hasSize(200);
    }
  }

  private static long count() {
    return server.statistics("quick").getInferenceStats().getSuccess().getCount();
  }

  @Test
  void cancel_takesBackWhatWaits() throws Exception {
    var stream = StreamClient.open(service);
    // As many rows as run together, so that each runs by itself.
    var rows = new float[64][1];
    IntStream.range(0, 4).forEach(i -> stream.send(Requests.features("slow", rows).setId("c" + i)));
    Eventually.become(SOON, () -> queued() > 0);
    stream.close();
    Eventually.become(SOON, () -> queued() == 0);
    assertThat(server.infer(quick("after")).getId()).isEqualTo("after");
  }

  private static int queued() {
    return server.status().getVersionsList().stream().mapToInt(v -> v.getQueuedRows()).sum();
  }

  @Test
  void deadlineOfTheStream_endsIt() throws Exception {
    try (var stream = StreamClient.open(service, Duration.ofMillis(200))) {
      stream.send(quick("in time"));
      stream.awaitAnswers(1);
      assertThat(Status.fromThrowable(Objects.requireNonNull(stream.awaitEnd())).getCode())
          .isEqualTo(Code.DEADLINE_EXCEEDED);
    }
  }

  @Test
  void permission_isChecked() throws Exception {
    try (var stream = StreamClient.open(service.channel("eve", "auditor"))) {
      stream.send(quick("no"));
      assertThat(stream.awaitEnd())
          .satisfies(Failures.with(Code.PERMISSION_DENIED, "PERMISSION_MISSING"));
    }
  }

  @Test
  void stop_answersWhatIsUnderWay_andEndsTheStream() throws Exception {
    var other = InferenceServer.extension(registry, cache.resolve("other"));
    other.begin();
    InferenceServer.of(other).awaitModel("slow");
    var idle = StreamClient.open(other);
    var busy = StreamClient.open(other);
    idle.send(quick("first"));
    idle.awaitAnswers(1);
    busy.send(slow("under way"));
    Eventually.become(SOON, () -> InferenceServer.of(other).status().getVersionsCount() > 0);
    TimeUnit.MILLISECONDS.sleep(5);
    long begun = System.nanoTime();
    other.running().close();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
    assertThat(Status.fromThrowable(Objects.requireNonNull(idle.awaitEnd())).getCode())
        .isEqualTo(Code.UNAVAILABLE);
    busy.awaitEnd();
    assertThat(busy.answers()).extracting(InferStreamIT::id).containsExactly("under way");
    other.stop();
  }

  private static ModelInferRequest.Builder quick(String id) {
    return Requests.features("quick", new float[] {1, 2}).setId(id);
  }

  private static ModelInferRequest.Builder slow(String id) {
    return Requests.features("slow", new float[] {1}).setId(id);
  }

  private static String id(ModelStreamInferResponse answer) {
    return answer.getInferResponse().getId();
  }

  private static String reason(ModelStreamInferResponse answer) {
    return answer
        .getInferResponse()
        .getParametersOrDefault("error_reason", Requests.text(""))
        .getStringParam();
  }

  static List<String> ids(List<ModelStreamInferResponse> answers) {
    return answers.stream().map(InferStreamIT::id).toList();
  }
}
