/// JSON as bytes: a reader that makes no tree and no string for a number, and a writer. They know
/// no protocol.
@NullMarked
package io.penstock.oip.json;

import org.jspecify.annotations.NullMarked;
