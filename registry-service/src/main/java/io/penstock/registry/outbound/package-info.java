/// HTTP to addresses that callers chose: who may be reached is decided on the very address that is
/// connected to, and nothing that the other side sends is taken without bound.
@NullMarked
package io.penstock.registry.outbound;

import org.jspecify.annotations.NullMarked;
