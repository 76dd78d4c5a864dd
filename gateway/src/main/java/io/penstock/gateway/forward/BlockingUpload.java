package io.penstock.gateway.forward;

import com.google.protobuf.Message;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Sends a stream of messages and waits for the one answer. The sending thread waits while the
/// transport is full, so memory stays bounded however large the upload.
final class BlockingUpload extends ClientCall.Listener<Message> {

  /// Released whenever the transport may have room, and when the call ends.
  private final Semaphore room = new Semaphore(0);

  private final CompletableFuture<Message> answer = new CompletableFuture<>();
  private @Nullable Message received;

  private BlockingUpload() {}

  static Message send(ClientCall<Message, Message> call, Iterator<Message> requests) {
    BlockingUpload upload = new BlockingUpload();
    call.start(upload, new Metadata());
    call.request(2);
    try {
      upload.sendAll(call, requests);
      return upload.answer.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    } catch (RuntimeException e) {
      call.cancel("the upload broke off", e);
      throw e;
    }
  }

  private void sendAll(ClientCall<Message, Message> call, Iterator<Message> requests) {
    while (requests.hasNext() && !answer.isDone()) {
      while (!call.isReady() && !answer.isDone()) {
        room.acquireUninterruptibly();
      }
      call.sendMessage(requests.next());
    }
    call.halfClose();
  }

  @Override
  public void onReady() {
    room.release();
  }

  @Override
  public void onMessage(Message message) {
    received = message;
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    if (status.isOk()) {
      answer.complete(Objects.requireNonNull(received, "OK without an answer"));
    } else {
      answer.completeExceptionally(status.asRuntimeException(trailers));
    }
    room.release();
  }
}
