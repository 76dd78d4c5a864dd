/// The RPCs: the Open Inference Protocol and the serving status.
@NullMarked
package io.penstock.inference.protocol;

import org.jspecify.annotations.NullMarked;
