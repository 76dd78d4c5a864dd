/// Approvals: a person's word for an action on a subject, for a time. Which approvals count is the
/// gate policy's to say.
@NullMarked
package io.penstock.governance.approval;

import org.jspecify.annotations.NullMarked;
