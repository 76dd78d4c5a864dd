package io.penstock.monitoring.trace;

import io.grpc.stub.StreamObserver;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.grpc.Calls;
import io.penstock.monitoring.MonitoringFailure.UnknownTrace;
import io.penstock.proto.monitoring.v1.GetTraceRequest;
import io.penstock.proto.monitoring.v1.Trace;
import io.penstock.proto.monitoring.v1.TraceQueryServiceGrpc;
import jakarta.inject.Singleton;

/// The recent traces over gRPC.
@Singleton
final class TraceQueryGrpcService extends TraceQueryServiceGrpc.TraceQueryServiceImplBase {

  private final SpanReceiver receiver;

  TraceQueryGrpcService(SpanReceiver receiver) {
    this.receiver = receiver;
  }

  @Override
  public void getTrace(GetTraceRequest request, StreamObserver<Trace> out) {
    Calls.unary(out, () -> find(TraceName.parse(request.getName())));
  }

  private Trace find(TraceName name) {
    return receiver
        .store()
        .find(name.id())
        .map(spans -> TraceProtos.toProto(name, spans))
        .orElseThrow(() -> new FailureException(new UnknownTrace(name.toString())));
  }
}
