package io.penstock.gateway.forward;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.penstock.gateway.edge.InFlight;

/// A call that is passed on as bytes: requests to the service, answers to the caller. Each side is
/// asked for its next message only when the other has room, so backpressure passes through and
/// memory stays bounded.
final class ForwardedCall {

  /// Tells the caller how the call to the service ended.
  @FunctionalInterface
  interface Ending {
    void tell(ServerCall<byte[], byte[]> caller, Status status, Metadata trailers);
  }

  private final ServerCall<byte[], byte[]> caller;
  private final ClientCall<byte[], byte[]> service;
  private final InFlight.Share share;
  private final Ending ending;
  private final boolean manyRequests;
  private final boolean manyAnswers;
  private final Object lock = new Object();
  private boolean callerWaits;
  private boolean serviceWaits;

  ForwardedCall(
      ServerCall<byte[], byte[]> caller,
      ClientCall<byte[], byte[]> service,
      InFlight.Share share,
      Ending ending) {
    this.caller = caller;
    this.service = service;
    this.share = share;
    this.ending = ending;
    MethodType type = caller.getMethodDescriptor().getType();
    this.manyRequests = !type.clientSendsOneMessage();
    this.manyAnswers = !type.serverSendsOneMessage();
  }

  /// Starts the call to the service; what comes back listens to the caller. Where one message is
  /// due, two are asked for: only so a second one is noticed, and none has to be asked for later.
  ServerCall.Listener<byte[]> start(Metadata headers) {
    service.start(new Answers(), headers);
    service.request(manyAnswers ? 1 : 2);
    caller.request(manyRequests ? 1 : 2);
    return new Requests();
  }

  private void nextRequest() {
    synchronized (lock) {
      callerWaits = !service.isReady();
      if (!callerWaits) {
        caller.request(1);
      }
    }
  }

  private void nextAnswer() {
    synchronized (lock) {
      serviceWaits = !caller.isReady();
      if (!serviceWaits) {
        service.request(1);
      }
    }
  }

  private final class Requests extends ServerCall.Listener<byte[]> {
    @Override
    public void onMessage(byte[] message) {
      if (manyRequests) {
        service.sendMessage(message);
        nextRequest();
      } else {
        hold(message.length);
        service.sendMessage(message);
      }
    }

    private void hold(int bytes) {
      try {
        share.hold(bytes);
      } catch (RuntimeException e) {
        service.cancel("the gateway has no room for the request", e);
        throw e;
      }
    }

    @Override
    public void onHalfClose() {
      service.halfClose();
    }

    @Override
    public void onCancel() {
      service.cancel("the caller went away", null);
    }

    @Override
    public void onReady() {
      if (manyAnswers) {
        synchronized (lock) {
          if (serviceWaits) {
            nextAnswer();
          }
        }
      }
    }
  }

  private final class Answers extends ClientCall.Listener<byte[]> {
    @Override
    public void onHeaders(Metadata headers) {
      caller.sendHeaders(headers);
    }

    @Override
    public void onMessage(byte[] message) {
      caller.sendMessage(message);
      if (manyAnswers) {
        nextAnswer();
      }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      share.leave();
      ending.tell(caller, status, trailers);
    }

    @Override
    public void onReady() {
      if (manyRequests) {
        synchronized (lock) {
          if (callerWaits) {
            nextRequest();
          }
        }
      }
    }
  }
}
