package io.penstock.gateway.mlflow;

import com.google.protobuf.Message;
import io.penstock.gateway.GatewayFailure.InvalidParameter;
import io.penstock.gateway.contract.Routes.Match;
import io.penstock.gateway.contract.Rpc;
import io.penstock.gateway.rest.Dialect;
import io.penstock.gateway.rest.RestRequest;
import io.penstock.kit.failure.FailureException;
import io.penstock.kit.failure.FailureStatus;
import io.penstock.proto.mlflow.v1.CreateMultipartUploadResponse;
import io.penstock.proto.mlflow.v1.DownloadFileResponse;
import io.penstock.proto.mlflow.v1.TrackingServiceGrpc;
import io.penstock.proto.mlflow.v1.UploadFileResponse;
import io.penstock.proto.mlflow.v1.UploadPartResponse;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// MLflow's REST API, as its clients of 2.x and 3.x speak it.
@Singleton
final class MlflowDialect implements Dialect {

  private static final String JSON = "application/json";
  private static final String LOG_BATCH =
      TrackingServiceGrpc.getLogBatchMethod().getFullMethodName();
  private static final int LARGEST_BATCH = 1_000_000;

  private static final String LOG_INPUTS =
      TrackingServiceGrpc.getLogInputsMethod().getFullMethodName();

  /// A profile of a dataset has up to 16 MiB, and is JSON in a JSON string: half of it may be
  /// quotes.
  private static final int LARGEST_INPUTS = 40 << 20;

  /// Where MLflow serves its user interface from; there are no routes but those of `/api`.
  private static final String AJAX = "/ajax-api/";

  /// Where files are downloaded from besides; a slash at the end means nothing.
  private static final Pattern FILES = Pattern.compile("(?:/model-versions)?/get-artifact/?");

  private final MlflowMessages messages = new MlflowMessages();

  @Override
  public boolean speaksAt(String path) {
    return path.startsWith("/api/") || path.startsWith(AJAX) || FILES.matcher(path).matches();
  }

  @Override
  public String canonical(String path) {
    return path.startsWith(AJAX) ? "/api/" + path.substring(AJAX.length()) : path;
  }

  @Override
  public int largestBody(Rpc rpc, int most) {
    return rpc.fullName().equals(LOG_INPUTS) ? Math.max(most, LARGEST_INPUTS) : most;
  }

  @Override
  public Message request(Match match, RestRequest request) {
    Message.Builder message = messages.request(match.rpc());
    if (match.binding().body().isEmpty()) {
      QueryRequests.read(request.query(), message);
    } else {
      ContentType.check(request);
      requireBatchSize(match.rpc(), request.body().length);
      JsonRequests.read(request.body(), message);
    }
    match.variables().forEach((name, value) -> QueryRequests.set(message, name, value));
    return message.build();
  }

  private static void requireBatchSize(Rpc rpc, int size) {
    if (size > LARGEST_BATCH && rpc.fullName().equals(LOG_BATCH)) {
      throw new FailureException(
          new InvalidParameter(
              "Batched logging API requests must be at most %d bytes, got a request of size %d."
                  .formatted(LARGEST_BATCH, size)));
    }
  }

  @Override
  public Message declaration(Match match, RestRequest request) {
    Message.Builder first = messages.request(match.rpc());
    match.variables().forEach((name, value) -> QueryRequests.set(first, name, value));
    request
        .headers()
        .findFirst(ArtifactHeaders.SHA256)
        .ifPresent(sha256 -> QueryRequests.set(first, "sha256", sha256));
    return first.build();
  }

  @Override
  public Message responsePrototype(Rpc rpc) {
    return messages.response(rpc);
  }

  @Override
  public Answer answer(Match match, RestRequest request, Message message, Message response) {
    return switch (response) {
      // What MLflow answers too, and what it has no field for as headers.
      case UploadFileResponse stored -> json("{}").with(ArtifactHeaders.of(stored));
      case UploadPartResponse stored -> json("{}").with(ArtifactHeaders.of(stored));
      case CreateMultipartUploadResponse created ->
          json(JsonText.of(PartUrls.absolute(created, request)));
      default -> json(JsonText.of(response));
    };
  }

  private static Answer json(String body) {
    return Answer.of(200, JSON, body);
  }

  @Override
  public Opening opening(Match match, Optional<Message> first) {
    return ArtifactHeaders.opening(
        (DownloadFileResponse) first.orElseGet(DownloadFileResponse::getDefaultInstance));
  }

  @Override
  public Answer failure(int status, FailureStatus failure, String traceId) {
    ErrorCode code = ErrorCode.of(failure);
    Answer answer =
        Answer.of(code.status(), JSON, JsonText.ofError(code.name(), failure.message()));
    return code == ErrorCode.UNAUTHENTICATED
        ? answer.with(Map.of("WWW-Authenticate", "Basic realm=\"mlflow\""))
        : answer;
  }
}
