package io.penstock.registry.version;

import io.penstock.registry.onnx.Signature;
import io.penstock.registry.onnx.SignatureChange;
import org.jdbi.v3.core.Handle;

/// How the signatures of a model's versions changed.
public final class SignatureHistory {

  private SignatureHistory() {}

  /// Whether the callers of the newest version can go on as they are with a signature, and what
  /// differs; empty where there is no version to compare with.
  public static String changes(Handle handle, String model, Signature next) {
    return VersionRepository.newestServable(handle, model)
        .map(
            before ->
                SignatureChange.describe(
                    "version " + before.name().number(), before.signature(), next))
        .orElse("");
  }
}
