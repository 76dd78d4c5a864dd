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
import io.penstock.gateway.edge.InFlight;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.InvalidArguments;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
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
  private static final byte[] END = {};

  private final GatewayConfig config;
  private final BodyClock clock;

  Bodies(GatewayConfig config, BodyClock clock) {
    this.config = config;
    this.clock = clock;
  }

  /// The whole body. It counts as under way from its first byte on, so that many large ones that
  /// come slowly are refused before the memory is full of them.
  byte[] bytes(
      Rpc rpc, Dialect dialect, HttpRequest<?> request, InputStream body, InFlight.Share share) {
    int most = dialect.largestBody(rpc, config.maxBodySize());
    requireAtMost(most, request.getContentLength());
    return clock.within(config.bodyTimeout(), () -> read(body, most, share));
  }

  private static byte[] read(InputStream body, int most, InFlight.Share share) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    try {
      byte[] part = body.readNBytes(CHUNK_BYTES);
      while (part.length > 0) {
        share.hold(part.length);
        whole.write(part);
        requireAtMost(most, whole.size());
        part = part.length < CHUNK_BYTES ? END : body.readNBytes(CHUNK_BYTES);
      }
      return whole.toByteArray();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  // Most often it broke off, and nobody hears the answer.
  private static FailureException unreadable(IOException e) {
    return new FailureException(
        new MalformedRequest(
            "Bad Request. The body ended early, came too slowly, or is not encoded as Content-Encoding says."),
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
