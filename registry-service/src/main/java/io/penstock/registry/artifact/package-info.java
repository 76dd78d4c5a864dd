/// The content-addressed artifact store: the SHA-256 of the bytes is their name, so what is stored
/// never changes.
///
/// Bytes go to a private file first and take their name only when they are complete, checked and on
/// the disk; the row in the database comes last. Whatever a crash leaves behind has no row, and its
/// private file is swept at the next start.
@NullMarked
package io.penstock.registry.artifact;

import org.jspecify.annotations.NullMarked;
