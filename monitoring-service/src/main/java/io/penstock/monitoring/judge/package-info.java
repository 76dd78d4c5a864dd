/// The rounds in which monitoring looks at what it knows, and forgets what is too old.
@NullMarked
package io.penstock.monitoring.judge;

import org.jspecify.annotations.NullMarked;
