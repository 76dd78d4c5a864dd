/// Promotions: the registry gathers the facts, governance's gate judges them, and the registry
/// records the attempt and its outcome, moving the stage in the same transaction.
@NullMarked
package io.penstock.registry.promotion;

import org.jspecify.annotations.NullMarked;
