package io.penstock.demo.suite;

import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.util.ArrayList;
import java.util.List;

/// Streams as plain loops.
public final class Streams {

  private Streams() {}

  /// Sends everything, then takes the one answer.
  public static <Q, A> A upload(BlockingClientCall<Q, A> call, Iterable<Q> requests) {
    return guarded(
        () -> {
          for (Q request : requests) {
            call.write(request);
          }
          call.halfClose();
          return answer(call);
        });
  }

  /// Sends a request only when the one before it is answered: the receiver sets the pace.
  public static <Q, A> List<A> converse(BlockingClientCall<Q, A> call, Iterable<Q> requests) {
    return guarded(
        () -> {
          List<A> answers = new ArrayList<>();
          for (Q request : requests) {
            call.write(request);
            answers.add(answer(call));
          }
          call.halfClose();
          return answers;
        });
  }

  private static <A> A answer(BlockingClientCall<?, A> call)
      throws InterruptedException, StatusException {
    A answer = call.read();
    if (answer == null) {
      throw new StepFailed("a stream ended without an answer");
    }
    return answer;
  }

  private static <T> T guarded(StreamWork<T> work) {
    try {
      return work.run();
    } catch (StatusException e) {
      throw e.getStatus().asRuntimeException(e.getTrailers());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepFailed("interrupted", e);
    }
  }

  private interface StreamWork<T> {
    T run() throws InterruptedException, StatusException;
  }
}
