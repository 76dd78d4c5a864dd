package io.penstock.gateway.rest;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.penstock.gateway.contract.Routes.Match;
import io.penstock.gateway.forward.Answers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/// The answers of a server-streaming RPC as a body: the bytes of the field that the binding names,
/// or one JSON object a line. Answers are pulled as the body is read. A stream that fails midway
/// breaks the connection, so that a reader never takes part of an answer for the whole.
final class AnswerStream extends InputStream {

  private final Match match;
  private final Answers answers;
  private final Optional<Message> first;
  private InputStream current = InputStream.nullInputStream();

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
    int count = current.read(target, offset, length);
    while (count < 0 && answers.hasNext()) {
      current = bytesOf(answers.next());
      count = current.read(target, offset, length);
    }
    return count;
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
