/// The contract as data: RPCs, their HTTP bindings and comments, read from the descriptor set.
/// Invariant: an RPC that is declared is routed, guarded, limited and documented without a line of
/// code of its own.
@NullMarked
package io.penstock.gateway.contract;

import org.jspecify.annotations.NullMarked;
