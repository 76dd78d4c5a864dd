package io.penstock.gateway.rest;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.micronaut.http.HttpRequest;
import io.penstock.gateway.GatewayConfig;
import io.penstock.gateway.GatewayFailure.BodyTooLarge;
import io.penstock.gateway.GatewayFailure.MalformedRequest;
import io.penstock.gateway.contract.Routes.Match;
import io.penstock.gateway.contract.Rpc;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.InvalidArguments;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;

/// Reads request bodies, never more of them than the configuration allows.
@Singleton
public final class Bodies {

  private static final int CHUNK_BYTES = 64 * 1024;

  private final GatewayConfig config;

  Bodies(GatewayConfig config) {
    this.config = config;
  }

  /// The whole body.
  byte[] bytes(Rpc rpc, Dialect dialect, HttpRequest<?> request, InputStream body) {
    int most = dialect.largestBody(rpc, config.maxBodySize());
    requireAtMost(most, request.getContentLength());
    try {
      byte[] bytes = body.readNBytes(most + 1);
      requireAtMost(most, bytes.length);
      return bytes;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  // It broke off, so that nobody hears the answer, or is not encoded as its header says.
  private static FailureException unreadable(IOException e) {
    return new FailureException(
        new MalformedRequest(
            "Bad Request. The body ended early, or is not encoded as Content-Encoding says."),
        e);
  }

  /// A body that has to be text.
  public static String text(byte[] body) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw InvalidArguments.of("body", "no UTF-8");
    }
  }

  /// The body as messages of a client-streaming RPC: the bytes fill the field that the binding
  /// names, in chunks.
  ///
  /// @param declaration the first message, without bytes
  Iterator<Message> upload(
      Match match, HttpRequest<?> request, InputStream body, Message declaration) {
    requireAtMost(config.maxUploadSize(), request.getContentLength());
    Descriptor type = declaration.getDescriptorForType();
    FieldDescriptor chunk = Objects.requireNonNull(type.findFieldByName(match.binding().body()));
    return new Upload(body, chunk, declaration);
  }

  private static void requireAtMost(long limit, long bytes) {
    if (bytes > limit) {
      throw new FailureException(new BodyTooLarge(limit));
    }
  }

  private final class Upload implements Iterator<Message> {

    private final InputStream body;
    private final FieldDescriptor chunk;
    private final Message empty;
    private Message next;
    private boolean ended;
    private long read;

    Upload(InputStream body, FieldDescriptor chunk, Message declaration) {
      this.body = body;
      this.chunk = chunk;
      this.empty = declaration.getDefaultInstanceForType();
      this.next = filled(declaration);
    }

    @Override
    public boolean hasNext() {
      return !ended;
    }

    @Override
    public Message next() {
      if (ended) {
        throw new NoSuchElementException();
      }
      Message current = next;
      next = filled(empty);
      ended = ((ByteString) next.getField(chunk)).isEmpty();
      return current;
    }

    private Message filled(Message message) {
      try {
        byte[] bytes = body.readNBytes(CHUNK_BYTES);
        read += bytes.length;
        requireAtMost(config.maxUploadSize(), read);
        return message.toBuilder().setField(chunk, ByteString.copyFrom(bytes)).build();
      } catch (IOException e) {
        throw unreadable(e);
      }
    }
  }
}
