/// Trains the delay model in the JVM and writes it as ONNX.
///
/// LightGBM grows the trees, [LightGbmText] reads them from its text form into a [TreeModel],
/// [OnnxTreeWriter] writes those as ONNX. `TreeModel` also predicts by itself, which is the second
/// opinion that tests hold ONNX Runtime to.
@NullMarked
package io.penstock.demo.training;

import org.jspecify.annotations.NullMarked;
