/// Inference as the protocol knows it, over whatever transport: a request's parameters and tensors
/// become a prediction, its answer a response; one at a time, or many in a stream.
@NullMarked
package io.penstock.inference.infer;

import org.jspecify.annotations.NullMarked;
