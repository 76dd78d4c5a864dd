package io.penstock.benchmarks;

import io.penstock.proto.oip.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.penstock.proto.oip.ModelInferRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;

/// How long a request waits for its run on a server that has nothing else to do, as the server says
/// in its answer.
final class IdleWait {

  private final GRPCInferenceServiceBlockingStub inference;
  private final ModelInferRequest request;

  IdleWait(GRPCInferenceServiceBlockingStub inference, ModelInferRequest request) {
    this.inference = inference;
    this.request = request;
  }

  /// The median over so long, in microseconds.
  long medianMicros(Duration duration) {
    var waits = new ArrayList<Long>();
    long end = System.nanoTime() + duration.toNanos();
    while (System.nanoTime() < end) {
      var answer = inference.modelInfer(request);
      waits.add(answer.getParametersOrThrow("queue_us").getInt64Param());
    }
    Collections.sort(waits);
    return waits.get(waits.size() / 2);
  }
}
