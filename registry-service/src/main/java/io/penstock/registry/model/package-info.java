/// Models and the registration of their versions.
///
/// A version number is counted up in the transaction that adds the version, under the lock of the
/// model's row: however many register at once, the numbers have no gap.
@NullMarked
package io.penstock.registry.model;

import org.jspecify.annotations.NullMarked;
