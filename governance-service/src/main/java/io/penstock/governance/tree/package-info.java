/// The Merkle tree of RFC 6962 as hashes in memory: how it grows, its roots and its proofs. Knows
/// no files and no keys.
@NullMarked
package io.penstock.governance.tree;

import org.jspecify.annotations.NullMarked;
