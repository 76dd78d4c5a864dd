/// The main job, end to end.
@NullMarked
package io.penstock.e2e.story;

import org.jspecify.annotations.NullMarked;
