/// The suite on one machine: embedded PostgreSQL, the six services in one JVM or in one each, and
/// the commands of `deploy/penstock`. Invariant: what it started, it can stop, also when it was
/// killed in between.
@NullMarked
package io.penstock.local;

import org.jspecify.annotations.NullMarked;
