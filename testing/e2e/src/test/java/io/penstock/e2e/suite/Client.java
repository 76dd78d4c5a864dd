package io.penstock.e2e.suite;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// Somebody who calls the suite, over gRPC or REST, at the gateway or at a service itself.
public final class Client {

  public static final String GATEWAY = "gateway";

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(Version.HTTP_1_1).connectTimeout(PATIENCE).build();

  private final RunningSuite suite;
  private final String credential;

  Client(RunningSuite suite, String credential) {
    this.suite = suite;
    this.credential = credential;
  }

  /// A stub that calls through the gateway.
  public <S extends AbstractStub<S>> S grpc(Function<Channel, S> stub) {
    return at(GATEWAY, stub);
  }

  /// A stub that calls a service itself: `registry`. Its calls have half a minute from now.
  public <S extends AbstractStub<S>> S at(String service, Function<Channel, S> stub) {
    return stub.apply(channel(service)).withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /// A channel to a service, or to the gateway, that sends this caller's credential.
  public Channel channel(String service) {
    if (credential.isEmpty()) {
      return suite.channel(service);
    }
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, credential);
    return ClientInterceptors.intercept(
        suite.channel(service), MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  public RestAnswer get(String path) {
    return send("GET", path, BodyPublishers.noBody());
  }

  public RestAnswer post(String path, String json, String... headers) {
    return send("POST", path, BodyPublishers.ofString(json), headers);
  }

  /// @param headers names and values in turn
  public RestAnswer send(String verb, String path, BodyPublisher body, String... headers) {
    try {
      return RestAnswer.of(HTTP.send(request(verb, path, body, headers), BodyHandlers.ofString()));
    } catch (IOException e) {
      throw new UncheckedIOException(verb + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// The status alone; what follows it, an endless stream perhaps, is not waited for.
  public int statusOf(String verb, String path, BodyPublisher body) {
    try {
      var response = HTTP.send(request(verb, path, body), BodyHandlers.ofInputStream());
      response.body().close();
      return response.statusCode();
    } catch (IOException e) {
      throw new UncheckedIOException(verb + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private HttpRequest request(String verb, String path, BodyPublisher body, String... headers) {
    var request =
        HttpRequest.newBuilder(suite.local().gateway().resolve(path))
            .timeout(PATIENCE)
            .method(verb, body);
    request.header("content-type", "application/json");
    if (!credential.isEmpty()) {
      request.header("authorization", credential);
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    return request.build();
  }
}
