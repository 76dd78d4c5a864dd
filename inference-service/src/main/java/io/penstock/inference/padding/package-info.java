/// Texts of different lengths in one batch: token inputs are padded to a few sizes, outputs cut
/// back.
@NullMarked
package io.penstock.inference.padding;

import org.jspecify.annotations.NullMarked;
