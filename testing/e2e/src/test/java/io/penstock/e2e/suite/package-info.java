/// What the tests of the whole suite share: one suite that runs, callers with tokens, models that
/// are released.
@NullMarked
package io.penstock.e2e.suite;

import org.jspecify.annotations.NullMarked;
