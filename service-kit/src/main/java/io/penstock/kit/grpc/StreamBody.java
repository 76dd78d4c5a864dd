package io.penstock.kit.grpc;

/// Straight-line code that answers a streaming call by writing to it, on a virtual thread of its
/// own. The thread is interrupted when the caller leaves, or when the service stops and the stream
/// is one that never ends by itself.
@FunctionalInterface
public interface StreamBody<T> {

  void writeTo(StreamWriter<T> out) throws Exception;
}
