package io.penstock.inference.rest;

import com.google.protobuf.Message;
import io.grpc.ServerMethodDefinition;

/// What one HTTP request asks for: an RPC, how its request is read, how its answer is written.
interface RestOperation {

  /// The RPC, behind the interceptors.
  ServerMethodDefinition<?, ?> method();

  RestRequest request();

  /// The request message; read once the caller is known to be allowed.
  Message read();

  RestAnswer answer(Message response);
}
