/// Who may do what: the rule of an RPC comes from its .proto, the roles from the contract and from
/// governance.
@NullMarked
package io.penstock.kit.access;

import org.jspecify.annotations.NullMarked;
