/// One request's way from arrival to answer.
@NullMarked
package io.penstock.inference.prediction;

import org.jspecify.annotations.NullMarked;
