/// What is asked of stored rows, and what was found: shared by online and point-in-time reads.
@NullMarked
package io.penstock.feature.query;

import org.jspecify.annotations.NullMarked;
