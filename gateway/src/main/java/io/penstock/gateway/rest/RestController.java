package io.penstock.gateway.rest;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.ServerHttpRequest;
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
  HttpResponse<?> get(ServerHttpRequest<?> request) {
    return calls.handle(request, InputStream.nullInputStream());
  }

  @Post("{/path:.*}")
  HttpResponse<?> post(ServerHttpRequest<?> request) {
    return calls.handle(request, new RequestBody(request.byteBody().move()));
  }

  @Put("{/path:.*}")
  HttpResponse<?> put(ServerHttpRequest<?> request) {
    return calls.handle(request, new RequestBody(request.byteBody().move()));
  }

  @Patch("{/path:.*}")
  HttpResponse<?> patch(ServerHttpRequest<?> request) {
    return calls.handle(request, new RequestBody(request.byteBody().move()));
  }

  @Delete("{/path:.*}")
  HttpResponse<?> delete(ServerHttpRequest<?> request) {
    return calls.handle(request, new RequestBody(request.byteBody().move()));
  }
}
