/// What can go wrong, in three steps: a service throws a `Failure` (a record with typed facts), its
/// `FailureMapping` turns it into a `FailureStatus`, and the kit alone puts that on the wire as
/// `google.rpc.Status`.
@NullMarked
package io.penstock.kit.failure;

import org.jspecify.annotations.NullMarked;
