/// Makes models smaller: an edit of the ONNX graph, from bytes to bytes. Knows nothing of versions.
@NullMarked
package io.penstock.registry.quantization;

import org.jspecify.annotations.NullMarked;
