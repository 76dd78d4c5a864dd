/// ONNX Runtime behind one seam: which device, which files are let in, sessions, and runs on reused
/// memory. Nothing outside this package sees a class of ONNX Runtime.
@NullMarked
package io.penstock.inference.runtime;

import org.jspecify.annotations.NullMarked;
