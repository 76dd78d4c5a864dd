"""Registers an ONNX model through Penstock's own API and uses it with MLflow, as if it had been made there.

Needs mlflow, onnx and onnxruntime. MLFLOW_TRACKING_TOKEN has to be set.
"""

import json
import os
import pathlib
import tempfile
import urllib.request
import uuid

import mlflow
import mlflow.onnx
import numpy as np
from mlflow import MlflowClient
from onnx import TensorProto, helper

name = "thrice-" + uuid.uuid4().hex[:8]


def post(path, body, media_type="application/json"):
    request = urllib.request.Request(
        os.environ["MLFLOW_TRACKING_URI"].rstrip("/") + path,
        data=body if isinstance(body, bytes) else json.dumps(body).encode(),
        headers={
            "Authorization": "Bearer " + os.environ["MLFLOW_TRACKING_TOKEN"],
            "Content-Type": media_type,
        },
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


graph = helper.make_graph(
    [helper.make_node("Sum", ["x", "x", "x"], ["y"])],
    "thrice",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 2])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 2])],
)
thrice = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
stored = thrice.SerializeToString()

artifact = post("/v1/artifacts:upload", stored, "application/onnx")
post("/v1/models", {"modelId": name})
post(f"/v1/models/{name}/versions", {"artifact": artifact["name"]})

client = MlflowClient()
version = client.get_model_version(name, "1")
assert client.get_model_version_download_uri(name, "1") == version.source, version
assert client.search_model_versions(f"name = '{name}'")[0].source == version.source
client.set_registered_model_alias(name, "champion", "1")

folder = pathlib.Path(
    mlflow.artifacts.download_artifacts(
        f"models:/{name}@champion", dst_path=tempfile.mkdtemp()
    )
)
assert (folder / "model.onnx").read_bytes() == stored
given = np.array([[1.0, 2.5]], dtype=np.float32)
loaded = mlflow.pyfunc.load_model(f"models:/{name}@champion")
assert loaded.metadata.signature.inputs.input_names() == ["x"], loaded.metadata.signature
got = loaded.predict({"x": given})
assert np.allclose(next(iter(got.values())), given * 3), got
assert mlflow.onnx.load_model(f"models:/{name}/1") == thrice

copy = client.copy_model_version(f"models:/{name}/1", name + "-copy")
assert mlflow.onnx.load_model(f"models:/{copy.name}/{copy.version}") == thrice
print(f"MLflow {mlflow.__version__}: {name} registered through /v1, found, downloaded, loaded, copied")
