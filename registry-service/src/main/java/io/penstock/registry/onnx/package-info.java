/// Reads ONNX files as far as a registry must: their signature, and whether they are whole.
@NullMarked
package io.penstock.registry.onnx;

import org.jspecify.annotations.NullMarked;
