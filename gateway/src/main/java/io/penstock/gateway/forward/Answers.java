package io.penstock.gateway.forward;

import com.google.protobuf.Message;
import io.grpc.Context;
import java.util.Iterator;
import java.util.function.Supplier;

/// The answers of a server-streaming call. Each is awaited when it is asked for; closing ends the
/// call, so that a service does not go on for a reader that left.
public final class Answers implements Iterator<Message>, AutoCloseable {

  private final Context.CancellableContext life;
  private final Iterator<Message> answers;

  private Answers(Context.CancellableContext life, Iterator<Message> answers) {
    this.life = life;
    this.answers = answers;
  }

  /// @param call begins the call, in the context that it is given
  static Answers of(Supplier<Iterator<Message>> call) {
    Context.CancellableContext life = Context.current().withCancellation();
    Context before = life.attach();
    try {
      return new Answers(life, call.get());
    } finally {
      life.detach(before);
    }
  }

  @Override
  public boolean hasNext() {
    return answers.hasNext();
  }

  @Override
  public Message next() {
    return answers.next();
  }

  @Override
  public void close() {
    life.cancel(null);
  }
}
