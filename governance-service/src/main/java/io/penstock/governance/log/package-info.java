/// The provable log: an RFC 6962 Merkle tree over opaque entries, kept on disk in the C2SP
/// tlog-tiles layout.
///
/// Nothing here knows what an entry means. One writer appends; any number of readers work on
/// immutable views. An append has happened when its journal record is fsynced; tiles, bundles and
/// the checkpoint follow from the journal and can be written again.
@NullMarked
package io.penstock.governance.log;

import org.jspecify.annotations.NullMarked;
