package io.penstock.gateway.openapi;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.server.types.files.StreamedFile;
import java.io.InputStream;
import java.net.URI;
import java.util.Map;
import java.util.Objects;

/// Serves the OpenAPI document, and Swagger UI to read and try it. Both are public: they say
/// nothing that the contract does not.
@Controller
final class OpenApiController {

  private static final String ASSETS = "/META-INF/resources/webjars/swagger-ui/5.32.6/";

  private static final Map<String, MediaType> SERVED =
      Map.of(
          "swagger-ui.css", MediaType.of("text/css"),
          "swagger-ui-bundle.js", MediaType.of("text/javascript"),
          "favicon-32x32.png", MediaType.IMAGE_PNG_TYPE);

  private static final String PAGE =
      """
      <!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8">
          <title>Penstock API</title>
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <link rel="icon" href="/docs/assets/favicon-32x32.png">
          <link rel="stylesheet" href="/docs/assets/swagger-ui.css">
          <style>
            body { margin: 0; }
            .swagger-ui .info { margin: 24px 0; }
          </style>
        </head>
        <body>
          <div id="api"></div>
          <script src="/docs/assets/swagger-ui-bundle.js"></script>
          <script>
            SwaggerUIBundle({
              url: "/openapi.json",
              dom_id: "#api",
              deepLinking: true,
              docExpansion: "none",
              persistAuthorization: true,
              defaultModelsExpandDepth: 0,
            });
          </script>
        </body>
      </html>
      """;

  private final OpenApiDocument document;

  OpenApiController(OpenApiDocument document) {
    this.document = document;
  }

  @Get("/")
  HttpResponse<?> home() {
    return HttpResponse.seeOther(URI.create("/docs"));
  }

  @Get("/openapi.json")
  @Produces(MediaType.APPLICATION_JSON)
  String document() {
    return document.json();
  }

  @Get("/docs")
  @Produces(MediaType.TEXT_HTML)
  String page() {
    return PAGE;
  }

  @Get("/docs/assets/{name}")
  HttpResponse<?> asset(@PathVariable String name) {
    MediaType type = SERVED.get(name);
    if (type == null) {
      return HttpResponse.notFound();
    }
    InputStream file =
        Objects.requireNonNull(OpenApiController.class.getResourceAsStream(ASSETS + name), name);
    return HttpResponse.ok(new StreamedFile(file, type))
        .header("Cache-Control", "public, max-age=86400");
  }
}
