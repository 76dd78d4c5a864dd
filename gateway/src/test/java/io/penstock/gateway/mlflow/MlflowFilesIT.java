package io.penstock.gateway.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import io.grpc.Status.Code;
import io.micronaut.runtime.server.EmbeddedServer;
import io.penstock.kit.failure.FailureStatus;
import io.penstock.proto.mlflow.v1.CreateMultipartUploadResponse;
import io.penstock.proto.mlflow.v1.DownloadFileRequest;
import io.penstock.proto.mlflow.v1.DownloadFileResponse;
import io.penstock.proto.mlflow.v1.ListFilesRequest;
import io.penstock.proto.mlflow.v1.MultipartUploadCredential;
import io.penstock.proto.mlflow.v1.UploadFileRequest;
import io.penstock.proto.mlflow.v1.UploadFileResponse;
import io.penstock.proto.mlflow.v1.UploadPartRequest;
import io.penstock.proto.mlflow.v1.UploadPartResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Files of MLflow's, whole and in parts.
class MlflowFilesIT extends MlflowFixture {

  @Test
  void upload_isStreamed() {
    BACKEND.answers.put(
        "UploadFile",
        it -> List.of(UploadFileResponse.newBuilder().setSha256("abc").setFileSize(9).build()));
    byte[] bytes = new byte[3_000_000];
    new Random(7).nextBytes(bytes);
    for (boolean chunked : new boolean[] {false, true}) {
      HttpResponse<String> response =
          send(
              to(FILES + "0/r/artifacts/model%20%C3%BC/a:b+c.bin")
                  .header("X-Penstock-Sha256", "def")
                  .PUT(
                      chunked
                          ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes))
                          : BodyPublishers.ofByteArray(bytes)));
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      assertThat(response.body()).isEqualTo("{}");
      assertThat(response.headers().firstValue("ETag")).contains("\"abc\"");
      assertThat(BACKEND.uploadedBytes.get()).isEqualTo(bytes.length);
      UploadFileRequest first = (UploadFileRequest) BACKEND.asked.get();
      assertThat(first.getPath()).isEqualTo("0/r/artifacts/model ü/a:b+c.bin");
      assertThat(first.getSha256()).isEqualTo("def");
    }
  }

  @Test
  void upload_ofNothing() {
    HttpResponse<String> response =
        send(to(FILES + "0/r/artifacts/empty").PUT(BodyPublishers.noBody()));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(BACKEND.uploadedBytes.get()).isZero();
  }

  @Test
  void download_isTheBytes() {
    byte[] bytes = new byte[500_000];
    new Random(7).nextBytes(bytes);
    ByteString content = ByteString.copyFrom(bytes);
    BACKEND.answers.put(
        "DownloadFile",
        it ->
            List.of(
                DownloadFileResponse.newBuilder()
                    .setFileName("plot \"ü\".png")
                    .setFileSize(bytes.length)
                    .setSha256("abc")
                    .build(),
                DownloadFileResponse.newBuilder().setChunk(content.substring(0, 99)).build(),
                DownloadFileResponse.newBuilder().setChunk(content.substring(99)).build()));
    for (String path :
        List.of(
            FILES + "0/r/artifacts/p.png",
            "/get-artifact?run_id=r&path=p.png",
            "/model-versions/get-artifact?name=m&version=1&path=p.png")) {
      HttpResponse<byte[]> response = bytes(to(path));
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).isEqualTo(bytes);
      assertThat(response.headers().map())
          .containsEntry("content-length", List.of("500000"))
          .containsEntry("content-type", List.of("image/png"))
          .containsEntry("x-content-type-options", List.of("nosniff"))
          .containsEntry("etag", List.of("\"abc\""))
          .containsEntry("x-penstock-sha256", List.of("abc"))
          .containsEntry("cache-control", List.of("no-cache"))
          .containsEntry(
              "content-disposition",
              List.of(
                  "attachment; filename=plot____.png; filename*=UTF-8''plot%20%22%C3%BC%22.png"));
    }
    assertThat(BACKEND.asked.get())
        .isEqualTo(
            DownloadFileRequest.newBuilder().setName("m").setVersion("1").setPath("p.png").build());
  }

  @Test
  void download_ofNothing() {
    BACKEND.answers.put(
        "DownloadFile",
        it ->
            List.of(
                DownloadFileResponse.newBuilder().setFileName("MLmodel").setFileSize(0).build()));
    HttpResponse<byte[]> response = bytes(to(FILES + "0/r/artifacts/MLmodel"));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
    assertThat(response.headers().firstValue("Content-Type")).contains("text/plain");
    assertThat(response.headers().firstValue("Content-Length")).contains("0");
  }

  @Test
  void download_refused() {
    BACKEND.answers.put(
        "DownloadFile",
        it -> {
          throw FailureStatus.of(Code.NOT_FOUND, "FILE_NOT_FOUND", "no such file").toException();
        });
    assertError(send(to(FILES + "a/b")), 404, "RESOURCE_DOES_NOT_EXIST");
  }

  private HttpResponse<byte[]> bytes(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Test
  void files_areListed() {
    send(to("/api/2.0/mlflow-artifacts/artifacts?path=0/r/artifacts"));
    assertThat(BACKEND.asked.get())
        .isEqualTo(ListFilesRequest.newBuilder().setPath("0/r/artifacts").build());
  }

  @Test
  void multipart_partsGoWhereTheClientIs() {
    BACKEND.answers.put(
        "CreateMultipartUpload",
        it ->
            List.of(
                CreateMultipartUploadResponse.newBuilder()
                    .setUploadId("u")
                    .addCredentials(
                        MultipartUploadCredential.newBuilder()
                            .setPartNumber(1)
                            .setUrl("/api/2.0/mlflow-artifacts/mpu/parts/u/1"))
                    .build()));
    HttpResponse<String> response =
        send(
            json("POST", "/api/2.0/mlflow-artifacts/mpu/create/0/r/artifacts", "{\"path\":\"m\"}")
                .header("X-Forwarded-Proto", "https"));
    JsonObject part = object(response).getAsJsonArray("credentials").get(0).getAsJsonObject();
    URI gateway = GATEWAY.bean(EmbeddedServer.class).getURI();
    assertThat(part.get("url").getAsString())
        .isEqualTo("https://%s/api/2.0/mlflow-artifacts/mpu/parts/u/1", gateway.getAuthority());
    assertThat(part.getAsJsonObject("headers").get("Authorization").getAsString())
        .startsWith("Bearer ");
  }

  @Test
  void multipart_partHasATag() {
    BACKEND.answers.put(
        "UploadPart", it -> List.of(UploadPartResponse.newBuilder().setEtag("\"p1\"").build()));
    HttpResponse<String> response =
        send(
            to("/api/2.0/mlflow-artifacts/mpu/parts/u/12")
                .PUT(BodyPublishers.ofByteArray(new byte[100])));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("ETag")).contains("\"p1\"");
    UploadPartRequest first = (UploadPartRequest) BACKEND.asked.get();
    assertThat(first.getUploadId()).isEqualTo("u");
    assertThat(first.getPartNumber()).isEqualTo(12);
    assertError(
        send(
            to("/api/2.0/mlflow-artifacts/mpu/parts/u/twelve")
                .PUT(BodyPublishers.ofByteArray(new byte[1]))),
        400,
        "INVALID_PARAMETER_VALUE");
  }
}
