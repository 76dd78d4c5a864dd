package io.penstock.monitoring.trace;

import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import io.penstock.kit.grpc.Calls;
import jakarta.inject.Singleton;

/// OTLP's `TraceService`: a destination for every exporter and for the collector.
///
/// https://opentelemetry.io/docs/specs/otlp/
@Singleton
final class OtlpTraceGrpcService extends TraceServiceGrpc.TraceServiceImplBase {

  private final SpanReceiver receiver;

  OtlpTraceGrpcService(SpanReceiver receiver) {
    this.receiver = receiver;
  }

  @Override
  public void export(
      ExportTraceServiceRequest request, StreamObserver<ExportTraceServiceResponse> out) {
    Calls.unary(out, () -> receiver.admit(request.getSerializedSize(), () -> take(request)));
  }

  private ExportTraceServiceResponse take(ExportTraceServiceRequest request) {
    var received = OtlpProtos.fromProto(request);
    int tooMany = receiver.store().add(received.spans());
    return OtlpProtos.toProto(received.invalid(), tooMany);
  }
}
