/// The documentation, held to the code: these tests fail when a page says what is not so, or leaves
/// out what is.
@NullMarked
package io.penstock.e2e.docs;

import org.jspecify.annotations.NullMarked;
