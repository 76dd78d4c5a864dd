/// Releases: which version of a model should serve which share of the traffic. What to do is
/// decided by [ReleasePlan], which touches nothing; [Releases] stores it; [ReleaseFeed] tells the
/// followers.
///
/// Revisions count every change of any release. Whoever changes one takes the next number from a
/// row that stays locked until the commit, so revisions become visible in their order and a
/// follower that has seen one has seen all before it.
@NullMarked
package io.penstock.registry.release;

import org.jspecify.annotations.NullMarked;
