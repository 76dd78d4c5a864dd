package io.penstock.kit.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.penstock.kit.failure.FailureEncoder;
import java.util.concurrent.atomic.AtomicBoolean;

/// The one place where failures are put on the wire, whether a handler threw them or passed them to
/// `onError`.
final class FailureInterceptor implements ServerInterceptor {

  private final FailureEncoder encoder;

  FailureInterceptor(FailureEncoder encoder) {
    this.encoder = encoder;
  }

  @Override
  public <Q, R> Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var encoding = new EncodingCall<>(call, TrailerRoom.ofMessage(headers));
    try {
      return new EncodingListener<>(next.startCall(encoding, headers), encoding);
    } catch (RuntimeException e) {
      encoding.fail(e);
      return new Listener<>() {};
    }
  }

  private final class EncodingCall<Q, R> extends SimpleForwardingServerCall<Q, R> {

    private final int messageBytes;
    private final AtomicBoolean closed = new AtomicBoolean();

    EncodingCall(ServerCall<Q, R> delegate, int messageBytes) {
      super(delegate);
      this.messageBytes = messageBytes;
    }

    // UNKNOWN with a cause is what grpc-java makes of an exception that is no status.
    @Override
    public void close(Status status, Metadata trailers) {
      var cause = status.getCause();
      if (cause != null && status.getCode() == Code.UNKNOWN) {
        fail(cause);
      } else if (mayClose()) {
        super.close(status, trailers);
      }
    }

    // A call whose request is refused by the transport, one too large for instance, is ended there:
    // to end it once more would break the whole connection.
    private boolean mayClose() {
      return closed.compareAndSet(false, true) && !isCancelled();
    }

    void fail(Throwable thrown) {
      if (mayClose()) {
        var answer = encoder.statusOf(thrown).toException(messageBytes);
        var trailers = answer.getTrailers();
        super.close(answer.getStatus(), trailers == null ? new Metadata() : trailers);
      }
    }
  }

  private final class EncodingListener<Q> extends SimpleForwardingServerCallListener<Q> {

    private final EncodingCall<Q, ?> call;

    EncodingListener(Listener<Q> delegate, EncodingCall<Q, ?> call) {
      super(delegate);
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      guard(() -> super.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      guard(super::onHalfClose);
    }

    @Override
    public void onReady() {
      guard(super::onReady);
    }

    private void guard(Runnable callback) {
      try {
        callback.run();
      } catch (RuntimeException e) {
        call.fail(e);
      }
    }
  }
}
