package io.penstock.oip;

import io.penstock.kit.failure.Failure;

/// What can go wrong with a request or an answer because of the form that it travels in.
public sealed interface OpenInferenceFailure extends Failure {

  /// A compressed body that is larger than the server takes, once it is no longer compressed.
  record InflatedBodyTooLarge(long limitBytes) implements OpenInferenceFailure {}

  /// A body that is compressed in a way that we do not know.
  record UnknownEncoding(String encoding) implements OpenInferenceFailure {}

  /// An output tensor that JSON cannot carry, asked for in JSON.
  record OutputHasNoJsonForm(String output, String datatype) implements OpenInferenceFailure {}
}
