/// What the demo prints: sections, facts and progress, redrawn in place on a terminal and plain
/// lines elsewhere.
@NullMarked
package io.penstock.demo.terminal;

import org.jspecify.annotations.NullMarked;
