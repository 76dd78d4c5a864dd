/// The Open Inference Protocol over HTTP/1.1. A call goes through the same interceptors and into
/// the same methods as over gRPC; what is here is the transport: connections, requests, answers.
@NullMarked
package io.penstock.inference.rest;

import org.jspecify.annotations.NullMarked;
