package io.penstock.kit.grpc;

import com.google.protobuf.Message;

/// What a service asks of every request before it is handled; beans of this type are asked once the
/// caller's access is granted.
@FunctionalInterface
public interface RequestCheck {

  /// Throws where the request is refused.
  void check(Message request);
}
