/// The queues before the model versions and the threads that run them. What runs next and who is
/// let in is a pure decision (`schedule`); locks, threads and the runtime are its effects. Every
/// job that was taken in gets exactly one reply.
@NullMarked
package io.penstock.inference.lane;

import org.jspecify.annotations.NullMarked;
