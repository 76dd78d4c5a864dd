package io.penstock.gateway.rest;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Patch;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// Takes every HTTP request that nothing else takes. What it means stands in the contract.
@Controller
@Consumes("*/*")
@ExecuteOn(TaskExecutors.BLOCKING)
final class RestController {

  private final RestCalls calls;

  RestController(RestCalls calls) {
    this.calls = calls;
  }

  @Get("{/path:.*}")
  HttpResponse<?> get(HttpRequest<?> request) {
    return calls.handle(request, InputStream.nullInputStream());
  }

  @Post("{/path:.*}")
  HttpResponse<?> post(HttpRequest<?> request, @Nullable InputStream body) {
    return calls.handle(request, orNothing(body));
  }

  @Put("{/path:.*}")
  HttpResponse<?> put(HttpRequest<?> request, @Nullable InputStream body) {
    return calls.handle(request, orNothing(body));
  }

  @Patch("{/path:.*}")
  HttpResponse<?> patch(HttpRequest<?> request, @Nullable InputStream body) {
    return calls.handle(request, orNothing(body));
  }

  @Delete("{/path:.*}")
  HttpResponse<?> delete(HttpRequest<?> request, @Nullable InputStream body) {
    return calls.handle(request, orNothing(body));
  }

  private static InputStream orNothing(@Nullable InputStream body) {
    return body == null ? InputStream.nullInputStream() : body;
  }
}
