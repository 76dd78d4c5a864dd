/// Artifacts of MLflow runs from Java: upload, list and download over HTTP, without Python.
///
/// Works against every MLflow server that proxies artifacts. One that tells digests, as Penstock
/// does, has every file checked on both ways.
@NullMarked
package io.penstock.mlflow.artifacts;

import org.jspecify.annotations.NullMarked;
