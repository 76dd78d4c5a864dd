/// Background work: loops that can be stopped, that say when they fail, and that back off with a
/// bound.
@NullMarked
package io.penstock.kit.loop;

import org.jspecify.annotations.NullMarked;
