package io.penstock.gateway.rest;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.StatusRuntimeException;
import io.penstock.gateway.contract.Routes.Match;
import io.penstock.gateway.forward.Answers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/// The answers of a server-streaming RPC as a body: the bytes of the field that the binding names,
/// or one JSON object a line. Answers are pulled as the body is read.
///
/// A stream that fails midway, or that is not as long as was announced, fails its reader with an
/// [IOException]: that is what breaks the connection, so that nobody takes a part for the whole.
/// Any other exception would leave the connection open and the client waiting.
final class AnswerStream extends InputStream {

  private static final long UNKNOWN = -1;

  private final Match match;
  private final Answers answers;
  private final Optional<Message> first;
  private InputStream current = InputStream.nullInputStream();
  private long announced = UNKNOWN;
  private long given;

  AnswerStream(Match match, Answers answers) {
    this.match = match;
    this.answers = answers;
    // The first answer is awaited here, so that a refusal still becomes a status of its own.
    this.first = answers.hasNext() ? Optional.of(answers.next()) : Optional.empty();
    first.ifPresent(answer -> current = bytesOf(answer));
  }

  /// The first answer; empty where there is none.
  Optional<Message> first() {
    return first;
  }

  /// Holds the stream to a length; negative is none.
  AnswerStream announcing(long length) {
    announced = length;
    return this;
  }

  /// Ends the call, read to its end or not.
  @Override
  public void close() {
    answers.close();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    try {
      return checked(next(target, offset, length));
    } catch (StatusRuntimeException e) {
      throw new IOException("%s broke off: %s".formatted(name(), e.getMessage()), e);
    }
  }

  private int next(byte[] target, int offset, int length) throws IOException {
    int count = current.read(target, offset, length);
    while (count < 0 && answers.hasNext()) {
      current = bytesOf(answers.next());
      count = current.read(target, offset, length);
    }
    return count;
  }

  private int checked(int count) throws IOException {
    given += Math.max(0, count);
    boolean ended = count < 0;
    if (announced >= 0 && (given > announced || (ended && given < announced))) {
      throw new IOException(
          "%s announced %d bytes and gave %s %d"
              .formatted(name(), announced, ended ? "only" : "at least", given));
    }
    return count;
  }

  private String name() {
    return match.rpc().fullName();
  }

  private InputStream bytesOf(Message answer) {
    String name = match.binding().responseBody();
    if (name.isEmpty()) {
      return ByteString.copyFrom(Transcoder.print(answer) + "\n", StandardCharsets.UTF_8)
          .newInput();
    }
    FieldDescriptor field =
        Objects.requireNonNull(answer.getDescriptorForType().findFieldByName(name));
    return ((ByteString) answer.getField(field)).newInput();
  }
}
