package io.penstock.conformance.cases;

import static io.penstock.conformance.suite.Section.SEQUENCE;
import static io.penstock.conformance.wire.Transport.GRPC;

import io.penstock.conformance.model.Models;
import io.penstock.conformance.suite.Case;
import io.penstock.conformance.suite.Check;
import io.penstock.conformance.suite.Extension;
import io.penstock.conformance.wire.Datatype;
import io.penstock.conformance.wire.Encoding;
import io.penstock.conformance.wire.GrpcInference;
import io.penstock.conformance.wire.InferCall;
import io.penstock.conformance.wire.InferReply;
import io.penstock.conformance.wire.Server;
import io.penstock.conformance.wire.Tensor;
import io.penstock.conformance.wire.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/// A model that adds up what it is told within a sequence.
final class SequenceCases {

  // Sequences of an earlier run against the same server must not be met again.
  private static final AtomicLong IDS =
      new AtomicLong(Math.abs(new java.security.SecureRandom().nextLong() >> 16) + 1);

  private SequenceCases() {}

  static List<Case> all() {
    var cases = new ArrayList<Case>();
    for (var encoding : Encoding.values()) {
      cases.add(sequence("adds_up", encoding, server -> addsUp(server, encoding, number())));
      cases.add(
          sequence("adds_up_by_text_id", encoding, server -> addsUp(server, encoding, text()))
              .of(Extension.SEQUENCE_STRING_ID));
    }
    for (var encoding : List.of(Encoding.GRPC_RAW, Encoding.REST_FLAT)) {
      cases.add(sequence("interleaved", encoding, server -> interleaved(server, encoding)));
      cases.add(sequence("started_again", encoding, server -> startedAgain(server, encoding)));
      cases.add(sequence("of_one_request", encoding, server -> single(server, encoding)));
      cases.add(sequence("not_started", encoding, server -> notStarted(server, encoding)));
      cases.add(sequence("already_ended", encoding, server -> ended(server, encoding)));
      cases.add(sequence("without_id", encoding, server -> withoutId(server, encoding)));
      cases.add(sequence("id_zero", encoding, server -> wrongId(server, encoding, 0L)));
      cases.add(sequence("id_bool", encoding, server -> wrongId(server, encoding, true)).should());
      cases.add(sequence("start_text", encoding, server -> wrongStart(server, encoding)).should());
      cases.add(
          sequence(
              "bad_request_leaves_the_state", encoding, server -> badWithin(server, encoding)));
      cases.add(
          sequence("state_is_not_answered", encoding, server -> state(server, encoding)).should());
    }
    cases.add(sequence("many_at_once", Encoding.GRPC_RAW, SequenceCases::many));
    cases.add(
        sequence("number_and_text_are_others", Encoding.GRPC_RAW, SequenceCases::others)
            .of(Extension.SEQUENCE_STRING_ID)
            .should());
    cases.add(
        Case.of(SEQUENCE, "sequence.over_a_stream", SequenceCases::overStream)
            .over(GRPC)
            .of(Extension.SEQUENCE)
            .with(Models.ACCUMULATOR));
    return cases;
  }

  private static Case sequence(String what, Encoding encoding, Case.Body body) {
    return Case.of(SEQUENCE, "sequence.%s.%s".formatted(what, encoding.label()), body)
        .in(encoding)
        .of(Extension.SEQUENCE)
        .with(Models.ACCUMULATOR);
  }

  private static Object number() {
    return IDS.incrementAndGet();
  }

  private static Object text() {
    return "sequence-" + IDS.incrementAndGet();
  }

  private static InferCall call(Object id, float value) {
    return InferCall.of(Models.ACCUMULATOR, Samples.fp32(value)).parameter("sequence_id", id);
  }

  private static InferCall start(Object id, float value) {
    return call(id, value).parameter("sequence_start", true);
  }

  private static InferCall end(Object id, float value) {
    return call(id, value).parameter("sequence_end", true);
  }

  private static void sum(float expected, InferReply reply) {
    Check.output(Tensor.of("OUTPUT0", Datatype.FP32, Values.fp32(expected), 1, 1), reply);
  }

  private static void addsUp(Server server, Encoding encoding, Object id) {
    sum(1, server.infer(start(id, 1), encoding));
    sum(3, server.infer(call(id, 2), encoding));
    sum(6, server.infer(call(id, 3), encoding));
    sum(10, server.infer(end(id, 4), encoding));
  }

  private static void interleaved(Server server, Encoding encoding) {
    var first = number();
    var second = number();
    sum(1, server.infer(start(first, 1), encoding));
    sum(100, server.infer(start(second, 100), encoding));
    sum(3, server.infer(call(first, 2), encoding));
    sum(300, server.infer(call(second, 200), encoding));
    sum(6, server.infer(end(first, 3), encoding));
    sum(600, server.infer(end(second, 300), encoding));
  }

  private static void startedAgain(Server server, Encoding encoding) {
    var id = number();
    sum(5, server.infer(start(id, 5), encoding));
    sum(1, server.infer(start(id, 1), encoding));
    sum(3, server.infer(end(id, 2), encoding));
    sum(7, server.infer(start(id, 7), encoding));
    server.infer(end(id, 0), encoding);
  }

  private static void single(Server server, Encoding encoding) {
    sum(4, server.infer(start(number(), 4).parameter("sequence_end", true), encoding));
  }

  private static void notStarted(Server server, Encoding encoding) {
    Check.mistaken(server.infer(call(number(), 1), encoding));
  }

  private static void ended(Server server, Encoding encoding) {
    var id = number();
    sum(1, server.infer(start(id, 1), encoding));
    sum(2, server.infer(end(id, 1), encoding));
    Check.mistaken(server.infer(call(id, 1), encoding));
  }

  private static void withoutId(Server server, Encoding encoding) {
    Check.mistaken(server.infer(InferCall.of(Models.ACCUMULATOR, Samples.fp32(1)), encoding));
  }

  private static void wrongId(Server server, Encoding encoding, Object id) {
    Check.mistaken(server.infer(start(id, 1), encoding));
  }

  private static void wrongStart(Server server, Encoding encoding) {
    Check.mistaken(server.infer(call(number(), 1).parameter("sequence_start", "yes"), encoding));
  }

  private static void badWithin(Server server, Encoding encoding) {
    var id = number();
    sum(1, server.infer(start(id, 1), encoding));
    var wrong = InferCall.of(Models.ACCUMULATOR, Samples.fp32(1, 2)).parameter("sequence_id", id);
    Check.mistaken(server.infer(wrong, encoding));
    sum(3, server.infer(end(id, 2), encoding));
  }

  private static void state(Server server, Encoding encoding) {
    var answer =
        Check.answered(server.infer(start(number(), 1).parameter("sequence_end", true), encoding));
    Check.equal("outputs", List.of("OUTPUT0"), answer.names());
  }

  private static void many(Server server) throws Exception {
    var tasks = new ArrayList<Callable<Void>>();
    for (int i = 0; i < 16; i++) {
      tasks.add(
          () -> {
            addsUp(server, Encoding.GRPC_RAW, number());
            return null;
          });
    }
    ConcurrencyCases.together(tasks, Executors.newVirtualThreadPerTaskExecutor());
  }

  private static void others(Server server) {
    var number = IDS.incrementAndGet();
    var text = String.valueOf(number);
    sum(1, server.infer(start(number, 1), Encoding.GRPC_RAW));
    sum(10, server.infer(start(text, 10), Encoding.GRPC_RAW));
    sum(3, server.infer(end(number, 2), Encoding.GRPC_RAW));
    sum(30, server.infer(end(text, 20), Encoding.GRPC_RAW));
  }

  private static void overStream(Server server) throws InterruptedException {
    var stream = new Conversation(server);
    var id = number();
    var calls = List.of(start(id, 1), call(id, 2), call(id, 3), end(id, 4));
    calls.forEach(call -> stream.say(StreamCases.request(call)));
    for (float expected : List.of(1f, 3f, 6f, 10f)) {
      var answer = stream.hear();
      Check.equal("error_message", "", answer.getErrorMessage());
      sum(expected, GrpcInference.answer(answer.getInferResponse()));
    }
    stream.finish();
  }
}
