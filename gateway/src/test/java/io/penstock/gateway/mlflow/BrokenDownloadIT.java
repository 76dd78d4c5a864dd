package io.penstock.gateway.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.grpc.Context;
import io.grpc.Status;
import io.micronaut.runtime.server.EmbeddedServer;
import io.penstock.proto.mlflow.v1.DownloadFileResponse;
import io.penstock.proto.registry.v1.DownloadArtifactResponse;
import io.penstock.testkit.ServiceExtension;
import io.penstock.testkit.TestIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Nobody takes a part of a file for the whole, and nobody waits for the rest for ever.
class BrokenDownloadIT {

  @RegisterExtension static final MlflowBackend BACKEND = new MlflowBackend();

  @RegisterExtension
  static final ServiceExtension GATEWAY =
      ServiceExtension.of("gateway")
          .withoutDatabase()
          .withoutAwaitingReady()
          .with("penstock.gateway.port", 0)
          .with("penstock.gateway.host", "127.0.0.1")
          .with("penstock.peers.registry", BACKEND::address);

  private static final String FILE = "/api/2.0/mlflow-artifacts/artifacts/0/r/artifacts/weights";
  private static final String NATIVE = "/v1/artifacts/abc:download";
  private static final int CHUNK = 100_000;
  private static final ByteString BYTES = ByteString.copyFrom(new byte[CHUNK]);
  private static final Duration SOON = Duration.ofSeconds(20);

  private final CountDownLatch ended = new CountDownLatch(1);
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @BeforeEach
  void connect() throws Exception {
    answer(() -> chunks(true, 1));
    // The connection that the next request is sent on.
    assertThat(get(FILE).body()).hasSize(CHUNK);
  }

  @AfterEach
  void close() {
    client.shutdownNow();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void streamThatFails_breaksTheConnection(boolean lengthKnown) {
    answer(
        () ->
            Stream.concat(
                chunks(lengthKnown, 5).limit(3),
                rest(
                    () -> {
                      throw Status.DATA_LOSS.withDescription("altered").asRuntimeException();
                    })));
    assertBroken(FILE);
  }

  @Test
  void streamThatFails_ofPenstocksOwn() {
    BACKEND.answers.put(
        "DownloadArtifact",
        it ->
            () ->
                Stream.concat(
                        Stream.of(DownloadArtifactResponse.newBuilder().setChunk(BYTES).build()),
                        rest(
                            () -> {
                              throw Status.DATA_LOSS.asRuntimeException();
                            }))
                    .iterator());
    assertBroken(NATIVE);
  }

  @Test
  void streamShorterThanAnnounced_breaksTheConnection() {
    answer(() -> chunks(true, 5).limit(4));
    assertBroken(FILE);
  }

  /// What is too much would otherwise be read as the beginning of the next answer.
  @Test
  void streamLongerThanAnnounced_staysOutOfTheNextAnswer() throws Exception {
    answer(() -> Stream.concat(chunks(true, 2), chunks(false, 1)));
    assertThat(get(FILE).body()).hasSize(2 * CHUNK);
    answer(() -> chunks(true, 3));
    assertThat(get(FILE).body()).hasSize(3 * CHUNK);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void deadlineThatPasses(boolean lengthKnown) {
    answer(() -> Stream.concat(chunks(lengthKnown, 5).limit(1), rest(this::untilTheCallEnds)));
    assertThatThrownBy(() -> get(FILE, "X-Request-Timeout", "700ms"))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(IOException.class);
  }

  @Test
  void serviceThatGoesAway() {
    answer(
        () ->
            Stream.concat(
                chunks(true, 5).limit(1),
                rest(
                    () -> {
                      BACKEND.stop();
                      untilTheCallEnds();
                    })));
    try {
      assertBroken(FILE);
    } finally {
      BACKEND.restart();
    }
  }

  @Test
  void readerThatLeaves_endsTheCall() throws Exception {
    answer(() -> Stream.concat(chunks(true, 5).limit(1), rest(this::untilTheCallEnds)));
    HttpResponse<InputStream> response =
        client.send(request(FILE).build(), BodyHandlers.ofInputStream());
    assertThat(response.body().readNBytes(10)).hasSize(10);
    response.body().close();
    assertEnded();
  }

  @Test
  void head_isTheHeadersAlone() throws Exception {
    answer(() -> Stream.concat(chunks(true, 5).limit(1), rest(this::untilTheCallEnds)));
    HttpResponse<String> response =
        client
            .sendAsync(
                request(FILE).method("HEAD", BodyPublishers.noBody()).build(),
                BodyHandlers.ofString())
            .get(SOON.toSeconds(), TimeUnit.SECONDS);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
    assertThat(response.headers().firstValue("Content-Length")).contains("" + 5 * CHUNK);
    assertThat(response.headers().firstValue("X-Penstock-Sha256")).contains("abc");
    assertEnded();
  }

  private void assertEnded() throws InterruptedException {
    assertThat(ended.await(SOON.toSeconds(), TimeUnit.SECONDS)).as("the call ends").isTrue();
  }

  private void assertBroken(String path) {
    assertThatThrownBy(() -> get(path))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(IOException.class);
  }

  private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = request(path);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client
        .sendAsync(request.build(), BodyHandlers.ofByteArray())
        .get(SOON.toSeconds(), TimeUnit.SECONDS);
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(GATEWAY.bean(EmbeddedServer.class).getURI().resolve(path))
        .header("Authorization", "Bearer " + TestIdentity.shared().token("ada", "admin"));
  }

  private interface Chunks {
    Stream<? extends Message> begin();
  }

  private static void answer(Chunks chunks) {
    BACKEND.answers.put(
        "DownloadFile", it -> () -> chunks.begin().map(Message.class::cast).iterator());
  }

  private static Stream<Message> chunks(boolean lengthKnown, int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              var chunk = DownloadFileResponse.newBuilder().setChunk(BYTES);
              if (i == 0 && lengthKnown) {
                chunk.setFileSize((long) count * CHUNK).setSha256("abc");
              }
              return chunk.build();
            });
  }

  private static Stream<Message> rest(Runnable instead) {
    return Stream.<Message>of(DownloadFileResponse.getDefaultInstance()).peek(it -> instead.run());
  }

  private void untilTheCallEnds() {
    Context.current().addListener(it -> ended.countDown(), Runnable::run);
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
