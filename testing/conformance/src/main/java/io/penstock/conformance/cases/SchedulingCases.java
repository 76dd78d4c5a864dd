package io.penstock.conformance.cases;

import static io.penstock.conformance.suite.Section.SCHEDULING;
import static io.penstock.conformance.wire.Transport.GRPC;

import com.google.common.base.Stopwatch;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.penstock.conformance.model.Models;
import io.penstock.conformance.suite.Case;
import io.penstock.conformance.suite.Check;
import io.penstock.conformance.suite.Extension;
import io.penstock.conformance.suite.Mismatch;
import io.penstock.conformance.wire.Datatype;
import io.penstock.conformance.wire.Encoding;
import io.penstock.conformance.wire.GrpcInference;
import io.penstock.conformance.wire.InferCall;
import io.penstock.conformance.wire.Refusal;
import io.penstock.conformance.wire.Server;
import io.penstock.conformance.wire.Tensor;
import io.penstock.conformance.wire.Values;
import io.penstock.proto.oip.GRPCInferenceServiceGrpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// Priorities, timeouts, deadlines and calls that are given up.
final class SchedulingCases {

  /// As long as the slow model gets: most of a second, or several on a busy machine.
  private static final long LONG = 4_000;

  private static final long A_MILLISECOND = 1_000;
  private static final Duration QUICKLY = Duration.ofMillis(900);

  private SchedulingCases() {}

  static List<Case> all() {
    var cases = new ArrayList<Case>();
    for (var encoding : List.of(Encoding.GRPC_RAW, Encoding.REST_FLAT)) {
      cases.add(policy("timeout_in_the_queue", encoding, SchedulingCases::queued));
      cases.add(policy("timeout_long_enough", encoding, SchedulingCases::longEnough));
      cases.add(policy("timeout_negative", encoding, (s, e) -> refused(s, e, -1L)).should());
      cases.add(policy("timeout_text", encoding, (s, e) -> refused(s, e, "soon")).should());
      for (long priority : List.of(0L, 1L, 2L)) {
        cases.add(policy("priority_" + priority, encoding, (s, e) -> priority(s, e, priority)));
      }
      cases.add(policy("priority_negative", encoding, SchedulingCases::priorityNegative).should());
    }
    cases.add(core("deadline_of_the_call", SchedulingCases::deadline));
    cases.add(core("cancelled_call", SchedulingCases::cancelled));
    cases.add(core("deadline_passed_already", SchedulingCases::passed));
    cases.add(core("priority_goes_first", SchedulingCases::urgentFirst).should());
    return cases;
  }

  /// A case that runs in one form.
  @FunctionalInterface
  private interface Scheduled {
    void run(Server server, Encoding encoding) throws Exception;
  }

  private static Case policy(String what, Encoding encoding, Scheduled body) {
    return Case.of(
            SCHEDULING,
            "scheduling.%s.%s".formatted(what, encoding.label()),
            server -> body.run(server, encoding))
        .in(encoding)
        .of(Extension.SCHEDULE_POLICY)
        .with(Models.SLOW);
  }

  private static Case core(String what, Case.Body body) {
    return Case.of(SCHEDULING, "scheduling.%s.grpc".formatted(what), body)
        .over(GRPC)
        .with(Models.SLOW);
  }

  private static InferCall slow(long steps) {
    return InferCall.of(
        Models.SLOW, Tensor.of("INPUT0", Datatype.INT64, Values.int64(steps), 1, 1));
  }

  private static Tensor done(long steps) {
    return Tensor.of("OUTPUT0", Datatype.FP32, Values.fp32(steps), 1, 1);
  }

  /// While the model is busy, a request that may wait a millisecond is told so, and is not run.
  private static void queued(Server server, Encoding encoding) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var busy = threads.submit(() -> server.infer(slow(LONG), encoding));
      awaitBusy();
      var watch = Stopwatch.createStarted();
      var reply = server.infer(slow(1).parameter("timeout", A_MILLISECOND), encoding);
      var took = watch.elapsed();
      Check.refusedAs(reply, Refusal.TOO_LATE, Refusal.UNAVAILABLE, Refusal.LIMITED);
      Check.that(took.compareTo(QUICKLY) < 0, "a refusal within " + QUICKLY, took);
      Check.output(done(LONG), get(busy));
    }
  }

  private static void awaitBusy() {
    java.util.concurrent.locks.LockSupport.parkNanos(Duration.ofMillis(150).toNanos());
  }

  private static <T> T get(Future<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new Mismatch("an answer", e.getCause());
    }
  }

  private static void longEnough(Server server, Encoding encoding) {
    Check.output(done(5), server.infer(slow(5).parameter("timeout", 30_000_000L), encoding));
  }

  private static void refused(Server server, Encoding encoding, Object timeout) {
    Check.mistaken(server.infer(slow(1).parameter("timeout", timeout), encoding));
  }

  private static void priority(Server server, Encoding encoding, long priority) {
    Check.output(done(2), server.infer(slow(2).parameter("priority", priority), encoding));
  }

  private static void priorityNegative(Server server, Encoding encoding) {
    Check.mistaken(server.infer(slow(1).parameter("priority", -1L), encoding));
  }

  /// The call ends by its deadline, and the model is free again soon, not when the run would have
  /// ended.
  private static void deadline(Server server) {
    var request = GrpcInference.request(slow(4_000), true).build();
    server.note(request.toString());
    var watch = Stopwatch.createStarted();
    Check.refusedAs(
        () -> server.grpc().withDeadlineAfter(300, TimeUnit.MILLISECONDS).modelInfer(request),
        Refusal.TOO_LATE);
    Check.that(watch.elapsed().toMillis() < 1_500, "an end by the deadline", watch.elapsed());
    Check.output(done(1), server.infer(slow(1), Encoding.GRPC_RAW));
  }

  private static void passed(Server server) {
    var request = GrpcInference.request(slow(1), true).build();
    server.note(request.toString());
    Check.refusedAs(
        () -> server.grpc().withDeadlineAfter(1, TimeUnit.NANOSECONDS).modelInfer(request),
        Refusal.TOO_LATE);
  }

  private static void cancelled(Server server) throws InterruptedException {
    var request = GrpcInference.request(slow(2_000), true).build();
    server.note(request.toString());
    var call = GRPCInferenceServiceGrpc.newFutureStub(server.channel()).modelInfer(request);
    awaitBusy();
    call.cancel(true);
    Check.output(done(1), server.infer(slow(1), Encoding.GRPC_RAW));
  }

  /// Of two requests that wait, the later but more urgent one is answered first.
  private static void urgentFirst(Server server) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var order = java.util.Collections.synchronizedList(new ArrayList<String>());
      var busy = threads.submit(() -> finish(server, slow(LONG), "busy", order));
      awaitBusy();
      var late =
          threads.submit(
              () -> finish(server, slow(300).parameter("priority", 2L), "normal", order));
      awaitBusy();
      var urgent =
          threads.submit(
              () -> finish(server, slow(300).parameter("priority", 1L), "urgent", order));
      get(busy);
      get(late);
      get(urgent);
      Check.equal("order", List.of("busy", "urgent", "normal"), List.copyOf(order));
    } catch (StatusRuntimeException e) {
      throw new Mismatch("answers", Status.fromThrowable(e));
    }
  }

  private static Void finish(Server server, InferCall call, String name, List<String> order) {
    Check.answered(server.infer(call, Encoding.GRPC_RAW));
    order.add(name);
    return null;
  }
}
