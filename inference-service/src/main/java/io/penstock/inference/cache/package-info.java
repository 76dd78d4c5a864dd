/// Answers from memory: equal requests to the same version are computed once.
@NullMarked
package io.penstock.inference.cache;

import org.jspecify.annotations.NullMarked;
