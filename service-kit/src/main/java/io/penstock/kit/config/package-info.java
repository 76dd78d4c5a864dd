/// Configuration is checked before anything starts: a key that nobody reads is a mistake.
@NullMarked
package io.penstock.kit.config;

import org.jspecify.annotations.NullMarked;
