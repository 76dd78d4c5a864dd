/// The queue before a model version and the threads that run it. What to run next is a pure
/// decision (`BatchScheduler`); locks, threads and the runtime are its effects. Every job that was
/// taken in gets exactly one reply.
@NullMarked
package io.penstock.inference.lane;

import org.jspecify.annotations.NullMarked;
