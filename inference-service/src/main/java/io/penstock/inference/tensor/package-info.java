/// Tensors between the wire and the runtime: types, shapes, values, and the decoding that refuses
/// what does not add up. A tensor that was decoded holds exactly as many values as its shape says.
@NullMarked
package io.penstock.inference.tensor;

import org.jspecify.annotations.NullMarked;
