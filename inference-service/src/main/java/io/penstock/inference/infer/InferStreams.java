package io.penstock.inference.infer;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.micronaut.runtime.event.annotation.EventListener;
import io.penstock.kit.failure.FailureEncoder;
import io.penstock.kit.service.ServiceStopping;
import io.penstock.proto.oip.ModelInferRequest;
import io.penstock.proto.oip.ModelStreamInferResponse;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The streams that are open, so that a service that stops can end them.
@Singleton
public final class InferStreams {

  private final InferCalls calls;
  private final FailureEncoder failures;
  private final InferStreamConfig config;
  private final Set<InferStream> open = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  InferStreams(InferCalls calls, FailureEncoder failures, InferStreamConfig config) {
    this.calls = calls;
    this.failures = failures;
    this.config = config;
  }

  /// Takes a stream in.
  public StreamObserver<ModelInferRequest> open(
      ServerCallStreamObserver<ModelStreamInferResponse> out) {
    return new Opening(out).stream;
  }

  private final class Opening {

    private final InferStream stream;

    Opening(ServerCallStreamObserver<ModelStreamInferResponse> out) {
      stream = new InferStream(calls, failures, out, this::close);
      open.add(stream);
      stream.begin(config.inFlight());
      if (stopping) {
        stream.stop();
      }
    }

    private void close() {
      open.remove(stream);
    }
  }

  @EventListener
  void on(ServiceStopping event) {
    stopping = true;
    open.forEach(InferStream::stop);
  }
}
