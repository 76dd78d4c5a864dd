package io.penstock.inference.infer;

import io.penstock.kit.failure.InvalidArguments;

/// The part of a registered region that a tensor lies in.
///
/// @param size in bytes: of an input exactly, of an output at most
record SharedSlice(String region, long offset, long size) {

  static final String REGION = "shared_memory_region";

  static SharedSlice of(InferParameterProtos parameters) {
    var region = parameters.text(REGION);
    long size =
        parameters
            .number("shared_memory_byte_size", 0, Long.MAX_VALUE)
            .orElseThrow(
                () ->
                    InvalidArguments.of(
                        parameters.path() + ".shared_memory_byte_size",
                        "is missing beside " + REGION));
    long offset = parameters.number("shared_memory_offset", 0, Long.MAX_VALUE).orElse(0);
    return new SharedSlice(region, offset, size);
  }
}
