/// What the registry keeps when its process is killed.
@NullMarked
package io.penstock.registry.crash;

import org.jspecify.annotations.NullMarked;
