package io.penstock.oip;

import io.penstock.proto.oip.ModelInferRequest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The model that an infer request goes to, by its path: `/v2/models/{model}/infer` or
/// `/v2/models/{model}/versions/{version}/infer`.
///
/// @param version empty where the path pins none
public record InferTarget(String model, String version) {

  private static final String MODELS = "/v2/models/";
  private static final String VERSIONS = "/versions/";
  private static final String INFER = "/infer";

  /// Empty for anything but a call of `ModelInfer`.
  ///
  /// @param path as it stands in the request line, percent-encoded, with the query or without
  public static Optional<InferTarget> find(String method, String path) {
    int query = path.indexOf('?');
    int end = (query < 0 ? path.length() : query) - INFER.length();
    if (!method.equals("POST")
        || end <= MODELS.length()
        || !path.startsWith(MODELS)
        || !path.startsWith(INFER, end)) {
      return Optional.empty();
    }
    return between(path, MODELS.length(), end);
  }

  private static Optional<InferTarget> between(String path, int from, int end) {
    int slash = path.indexOf('/', from);
    if (slash >= end) {
      return target(path.substring(from, end), "");
    }
    int version = slash + VERSIONS.length();
    boolean pinned = path.startsWith(VERSIONS, slash) && version < end;
    return pinned && path.indexOf('/', version) == end
        ? target(path.substring(from, slash), path.substring(version, end))
        : Optional.empty();
  }

  private static Optional<InferTarget> target(String model, String version) {
    try {
      return Optional.of(new InferTarget(decoded(model), decoded(version)))
          .filter(target -> !target.model.isEmpty());
    } catch (CharacterCodingException | NumberFormatException malformed) {
      return Optional.empty();
    }
  }

  /// The segments of a path, decoded; none where it is malformed. A slash at the end adds none.
  public static List<String> segments(String path) {
    List<String> segments = new ArrayList<>();
    try {
      for (String segment : path.split("/")) {
        segments.add(decoded(segment));
      }
    } catch (CharacterCodingException | NumberFormatException malformed) {
      return List.of();
    }
    return segments.isEmpty() ? segments : segments.subList(1, segments.size());
  }

  /// A segment of a path without its percent-encoding.
  static String decoded(String segment) throws CharacterCodingException {
    if (segment.indexOf('%') < 0) {
      return segment;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(segment.length());
    for (int at = 0; at < segment.length(); at++) {
      if (segment.charAt(at) == '%') {
        bytes.write(octet(segment, at + 1));
        at += 2;
      } else {
        bytes.writeBytes(segment.substring(at, at + 1).getBytes(StandardCharsets.UTF_8));
      }
    }
    return StandardCharsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(bytes.toByteArray()))
        .toString();
  }

  private static int octet(String segment, int at) {
    if (segment.length() < at + 2) {
      throw new NumberFormatException(segment);
    }
    int high = Character.digit(segment.charAt(at), 16);
    int low = Character.digit(segment.charAt(at + 1), 16);
    if (high < 0 || low < 0) {
      throw new NumberFormatException(segment);
    }
    return (high << 4) | low;
  }

  /// Fills the model, and the version where the path pins one.
  void putInto(ModelInferRequest.Builder request) {
    request.setModelName(model);
    if (!version.isEmpty()) {
      request.setModelVersion(version);
    }
  }
}
