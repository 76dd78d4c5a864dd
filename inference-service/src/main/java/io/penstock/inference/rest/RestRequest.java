package io.penstock.inference.rest;

import io.grpc.Metadata;
import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.kit.grpc.Credentials;
import io.penstock.oip.Headers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One HTTP request that has arrived whole.
///
/// @param verb upper-case
/// @param target path and query, as they came
/// @param body still encoded as its headers say
/// @param keepAlive whether the connection stays open afterwards
record RestRequest(
    String verb, String target, HttpHeaders httpHeaders, byte[] body, boolean keepAlive) {

  private static final String HEAD = "HEAD";

  /// Headers that mean the same in the metadata of a gRPC call.
  private static final List<Metadata.Key<String>> METADATA =
      List.of(
          Credentials.AUTHORIZATION, Credentials.API_KEY, key("traceparent"), key("tracestate"));

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  Headers headers() {
    return httpHeaders::get;
  }

  /// The path without the query.
  String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /// HEAD is GET without the body of the answer.
  boolean wantsBody() {
    return !verb.equals(HEAD);
  }

  /// The verb by which routes are found.
  String routedVerb() {
    return wantsBody() ? verb : "GET";
  }

  /// What the interceptors look at: credentials and trace.
  Metadata metadata() {
    var metadata = new Metadata();
    for (var key : METADATA) {
      @Nullable String value = httpHeaders.get(key.name());
      if (value != null) {
        metadata.put(key, value);
      }
    }
    return metadata;
  }
}
