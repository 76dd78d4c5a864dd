/// Data snapshots, known by the hash of their content: registered once, never changed.
@NullMarked
package io.penstock.registry.dataset;

import org.jspecify.annotations.NullMarked;
