/// Requests and answers of the protocol in each of their forms: gRPC, JSON, binary tensors.
@NullMarked
package io.penstock.conformance.wire;

import org.jspecify.annotations.NullMarked;
