"""Logs and registers an ONNX model with MLflow: the kind that Penstock can also serve.

Needs mlflow, onnx and onnxruntime.
"""

import uuid

import mlflow
import mlflow.onnx
import numpy as np
import onnx
from mlflow import MlflowClient
from onnx import TensorProto, helper

MAJOR = int(mlflow.__version__.split(".")[0])
name = "twice-" + uuid.uuid4().hex[:8]

graph = helper.make_graph(
    [helper.make_node("Add", ["x", "x"], ["y"])],
    "twice",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 2])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 2])],
)
twice = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
onnx.checker.check_model(twice)

mlflow.set_experiment(name)
with mlflow.start_run():
    where = {"name" if MAJOR >= 3 else "artifact_path": "model"}
    logged = mlflow.onnx.log_model(twice, registered_model_name=name, **where)

version = MlflowClient().get_model_version(name, "1")
assert version.status == "READY", version
loaded = mlflow.pyfunc.load_model(f"models:/{name}/1")
given = np.array([[1.0, 2.5]], dtype=np.float32)
got = loaded.predict(given)
assert np.allclose(next(iter(got.values())), given * 2), got
print(f"MLflow {mlflow.__version__}: {name} logged, registered, loaded")
