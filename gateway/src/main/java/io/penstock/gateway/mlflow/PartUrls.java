package io.penstock.gateway.mlflow;

import io.penstock.gateway.rest.RestRequest;
import io.penstock.proto.mlflow.v1.CreateMultipartUploadResponse;
import io.penstock.proto.mlflow.v1.MultipartUploadCredential;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Where the parts of an upload go, as the client sees it. The registry names paths; which host
/// they are at is known here.
final class PartUrls {

  private static final Pattern HOST =
      Pattern.compile("[a-zA-Z0-9._-]+(?::\\d{1,5})?|\\[[0-9a-fA-F:]+](?::\\d{1,5})?");

  private static final List<String> CREDENTIALS = List.of("Authorization", "X-API-Key");

  private PartUrls() {}

  /// Clients send a part to its URL with the headers that stand beside it and no others. So what
  /// they came with is handed back to them.
  static CreateMultipartUploadResponse absolute(
      CreateMultipartUploadResponse created, RestRequest request) {
    var answer = created.toBuilder();
    Optional<String> base = base(request);
    for (MultipartUploadCredential.Builder part : answer.getCredentialsBuilderList()) {
      if (part.getUrl().startsWith("/")) {
        base.ifPresent(it -> part.setUrl(it + part.getUrl()));
        for (String header : CREDENTIALS) {
          request.headers().findFirst(header).ifPresent(it -> part.putHeaders(header, it));
        }
      }
    }
    return answer.build();
  }

  private static Optional<String> base(RestRequest request) {
    boolean encrypted =
        request
            .headers()
            .findFirst("X-Forwarded-Proto")
            .filter("https"::equalsIgnoreCase)
            .isPresent();
    return request
        .headers()
        .findFirst("Host")
        .filter(host -> HOST.matcher(host).matches())
        .map(host -> (encrypted ? "https://" : "http://") + host);
  }
}
