/// The gRPC server and the channels to the peers, with everything that every call needs around it.
@NullMarked
package io.penstock.kit.grpc;

import org.jspecify.annotations.NullMarked;
