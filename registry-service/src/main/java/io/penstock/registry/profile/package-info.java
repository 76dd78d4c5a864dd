/// What the values of columns look like: counts in bins and by category, and how far two of them
/// are apart. Knows nobody but `statistics`.
@NullMarked
package io.penstock.registry.profile;

import org.jspecify.annotations.NullMarked;
