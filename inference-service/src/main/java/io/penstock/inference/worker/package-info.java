/// Models in processes of their own: new ones to see whether they behave, and those that are marked
/// for as long as they serve. What a model does to such a process it does to nobody else.
@NullMarked
package io.penstock.inference.worker;

import org.jspecify.annotations.NullMarked;
