package io.penstock.local;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/// What a service says of itself on its management port.
///
/// @param state `ready`, `waiting` or `down`
/// @param waitingFor what it waits for; empty unless waiting
record Health(String state, String waitingFor) {

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
  private static final Health DOWN = new Health("down", "");

  static Health of(int managementPort) {
    URI uri = URI.create("http://127.0.0.1:" + managementPort + "/health/ready");
    try {
      var response =
          CLIENT.send(
              HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(2)).build(),
              BodyHandlers.ofString());
      return response.statusCode() == 200
          ? new Health("ready", "")
          : new Health("waiting", waitingFor(response.body()));
    } catch (IOException notThere) {
      return DOWN;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return DOWN;
    }
  }

  private static String waitingFor(String body) {
    List<String> reasons =
        JsonParser.parseString(body)
            .getAsJsonObject()
            .getAsJsonArray("waitingFor")
            .asList()
            .stream()
            .map(JsonElement::getAsString)
            .toList();
    return String.join("; ", reasons);
  }

  static boolean allReady(Ports ports) {
    return List.of(Service.values()).stream()
        .allMatch(service -> of(ports.management(service)).ready());
  }

  boolean ready() {
    return state.equals("ready");
  }
}
