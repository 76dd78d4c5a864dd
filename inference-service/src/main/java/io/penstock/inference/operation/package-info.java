/// What operators told this server beyond the releases, kept so that a restart does not undo it,
/// and the trail that it leaves in the audit log.
@NullMarked
package io.penstock.inference.operation;

import org.jspecify.annotations.NullMarked;
