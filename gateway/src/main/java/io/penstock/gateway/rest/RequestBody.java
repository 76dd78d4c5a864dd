package io.penstock.gateway.rest;

import io.micronaut.http.body.CloseableByteBody;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// The body of a request, asked for when somebody reads it: a client that waits for `100 Continue`
/// is not asked for what will be refused.
final class RequestBody extends InputStream {

  private final CloseableByteBody body;
  private @Nullable InputStream opened;

  RequestBody(CloseableByteBody body) {
    this.body = body;
  }

  private InputStream opened() {
    if (opened == null) {
      opened = body.toInputStream();
    }
    return opened;
  }

  @Override
  public int read() throws IOException {
    return opened().read();
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    return opened().read(target, offset, length);
  }

  @Override
  public void close() throws IOException {
    if (opened != null) {
      opened.close();
    }
    body.close();
  }
}
