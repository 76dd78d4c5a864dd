package io.penstock.mlflow.fuzz;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.penstock.gateway.contract.Rpc;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Calls RPCs of any shape by their descriptors.
final class RpcCaller {

  private static final int SECONDS = 20;
  private static final int ANSWERS_READ = 20;

  /// How a call ended.
  ///
  /// @param answer the last one of a call that ended well
  record Outcome(Status status, Optional<Message> answer) {}

  private final Channel channel;

  RpcCaller(Channel channel) {
    this.channel = channel;
  }

  Outcome call(Rpc rpc, List<DynamicMessage> requests) throws InterruptedException {
    var method = method(rpc);
    var options = CallOptions.DEFAULT.withDeadlineAfter(SECONDS, TimeUnit.SECONDS);
    try {
      return switch (method.getType()) {
        case UNARY ->
            answered(ClientCalls.blockingUnaryCall(channel, method, options, requests.getFirst()));
        case SERVER_STREAMING -> streamed(method, options, requests.getFirst());
        default -> sent(method, options, requests);
      };
    } catch (StatusRuntimeException e) {
      return new Outcome(e.getStatus(), Optional.empty());
    }
  }

  private static Outcome answered(@Nullable Message answer) {
    return new Outcome(Status.OK, Optional.ofNullable(answer));
  }

  /// A stream without an end is left after a second; what it ended with before counts.
  private Outcome streamed(
      MethodDescriptor<Message, Message> method, CallOptions options, Message request) {
    var brief = options.withDeadlineAfter(1, TimeUnit.SECONDS);
    var answers = ClientCalls.blockingServerStreamingCall(channel, method, brief, request);
    Message last = null;
    try {
      for (int i = 0; i < ANSWERS_READ && answers.hasNext(); i++) {
        last = answers.next();
      }
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Status.Code.DEADLINE_EXCEEDED) {
        throw e;
      }
    }
    return answered(last);
  }

  private Outcome sent(
      MethodDescriptor<Message, Message> method, CallOptions options, List<DynamicMessage> requests)
      throws InterruptedException {
    var answer = new CompletableFuture<Message>();
    var out =
        ClientCalls.asyncClientStreamingCall(
            channel.newCall(method, options),
            new StreamObserver<Message>() {
              @Override
              public void onNext(Message message) {
                answer.complete(message);
              }

              @Override
              public void onError(Throwable thrown) {
                answer.completeExceptionally(thrown);
              }

              @Override
              public void onCompleted() {}
            });
    requests.forEach(out::onNext);
    out.onCompleted();
    try {
      return answered(answer.get(SECONDS + 5, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      return new Outcome(Status.fromThrowable(e), Optional.empty());
    } catch (TimeoutException e) {
      return new Outcome(Status.DEADLINE_EXCEEDED, Optional.empty());
    }
  }

  private static MethodDescriptor<Message, Message> method(Rpc rpc) {
    var method = rpc.method();
    return MethodDescriptor.<Message, Message>newBuilder()
        .setFullMethodName(rpc.fullName())
        .setType(typeOf(rpc))
        .setRequestMarshaller(
            ProtoUtils.marshaller(
                (Message) DynamicMessage.getDefaultInstance(method.getInputType())))
        .setResponseMarshaller(
            ProtoUtils.marshaller(
                (Message) DynamicMessage.getDefaultInstance(method.getOutputType())))
        .build();
  }

  private static MethodType typeOf(Rpc rpc) {
    if (rpc.method().isClientStreaming()) {
      return MethodType.CLIENT_STREAMING;
    }
    return rpc.method().isServerStreaming() ? MethodType.SERVER_STREAMING : MethodType.UNARY;
  }
}
