package io.penstock.conformance.cases;

import static io.penstock.conformance.suite.Section.CONCURRENCY;
import static io.penstock.conformance.wire.Transport.GRPC;

import io.penstock.conformance.model.Models;
import io.penstock.conformance.suite.Case;
import io.penstock.conformance.suite.Check;
import io.penstock.conformance.suite.Mismatch;
import io.penstock.conformance.wire.Datatype;
import io.penstock.conformance.wire.Encoding;
import io.penstock.conformance.wire.InferCall;
import io.penstock.conformance.wire.Server;
import io.penstock.conformance.wire.Tensor;
import io.penstock.conformance.wire.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/// Many callers at once: each has the answer to its own request.
final class ConcurrencyCases {

  private static final int CALLERS = 64;
  private static final int REQUESTS = 1_000;

  private ConcurrencyCases() {}

  static List<Case> all() {
    var cases = new ArrayList<Case>();
    for (var encoding : Encoding.values()) {
      cases.add(
          Case.of(
                  CONCURRENCY,
                  "concurrency.own_answers." + encoding.label(),
                  server -> ownAnswers(server, List.of(encoding)))
              .in(encoding)
              .with(Models.identity("FP32")));
      cases.add(
          Case.of(
                  CONCURRENCY,
                  "concurrency.wrong_among_right." + encoding.label(),
                  server -> wrongAmongRight(server, encoding))
              .in(encoding)
              .with(Models.identity("FP32"), Models.GATHER));
    }
    cases.add(
        Case.of(
                CONCURRENCY,
                "concurrency.all_forms_mixed",
                server ->
                    ownAnswers(
                        server,
                        Arrays.stream(Encoding.values()).filter(isOffered(server)).toList()))
            .with(Models.identity("FP32")));
    cases.add(
        Case.of(CONCURRENCY, "concurrency.different_rows_and_widths", ConcurrencyCases::sizes)
            .over(GRPC)
            .with(Models.identity("FP32")));
    return cases;
  }

  private static java.util.function.Predicate<Encoding> isOffered(Server server) {
    return encoding -> encoding != Encoding.REST_BINARY && server.offers(encoding.transport());
  }

  private static void ownAnswers(Server server, List<Encoding> encodings) throws Exception {
    var tasks = new ArrayList<Callable<Void>>();
    for (int i = 0; i < REQUESTS; i++) {
      var input = Samples.fp32(i, -i, i * 0.5f);
      var encoding = encodings.get(i % encodings.size());
      tasks.add(() -> same(server, input, encoding));
    }
    atOnce(tasks);
  }

  private static Void same(Server server, Tensor input, Encoding encoding) {
    var call = InferCall.of(Models.identity("FP32"), input);
    Check.output(Samples.output(input), server.infer(call, encoding));
    return null;
  }

  private static void sizes(Server server) throws Exception {
    var tasks = new ArrayList<Callable<Void>>();
    for (int i = 0; i < REQUESTS; i++) {
      var input = Samples.input(Datatype.FP32, 1 + i % 7, 1 + i % 5);
      tasks.add(() -> same(server, input, Encoding.GRPC_RAW));
    }
    atOnce(tasks);
  }

  /// Those that fail in the model do not fail the others that ran with them.
  private static void wrongAmongRight(Server server, Encoding encoding) throws Exception {
    var tasks = new ArrayList<Callable<Void>>();
    for (int i = 0; i < 100; i++) {
      boolean wrong = i % 10 == 0;
      tasks.add(() -> gather(server, wrong, encoding));
    }
    atOnce(tasks);
  }

  private static Void gather(Server server, boolean wrong, Encoding encoding) {
    var input = Tensor.of("INPUT0", Datatype.INT64, Values.int64(wrong ? 1_000 : 2), 1);
    var reply = server.infer(InferCall.of(Models.GATHER, input), encoding);
    if (wrong) {
      Check.refused(reply);
    } else {
      Check.output(Tensor.of("OUTPUT0", Datatype.FP32, Values.fp32(20), 1), reply);
    }
    return null;
  }

  private static void atOnce(List<Callable<Void>> tasks) throws Exception {
    var places = new Semaphore(CALLERS);
    var limited = new ArrayList<Callable<Void>>();
    for (var task : tasks) {
      limited.add(
          () -> {
            places.acquire();
            try {
              return task.call();
            } finally {
              places.release();
            }
          });
    }
    together(limited, Executors.newVirtualThreadPerTaskExecutor());
  }

  /// Runs all and throws what the first that failed threw.
  static void together(List<Callable<Void>> tasks, ExecutorService threads) throws Exception {
    try (threads) {
      for (var end : threads.invokeAll(tasks)) {
        end.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Mismatch mismatch) {
        throw mismatch;
      }
      throw new Mismatch("an answer to each", e.getCause());
    }
  }
}
