"""What a data scientist does with MLflow, from an experiment to a model that predicts.

Nothing here knows of Penstock: MLFLOW_TRACKING_URI names the server, MLFLOW_TRACKING_TOKEN (or
MLFLOW_TRACKING_USERNAME and _PASSWORD) who asks. Works with MLflow 2 and 3.
"""

import os
import tempfile
import uuid

import mlflow
import mlflow.sklearn
import numpy as np
from mlflow import MlflowClient
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

MAJOR = int(mlflow.__version__.split(".")[0])
client = MlflowClient()
name = "iris-" + uuid.uuid4().hex[:8]
features, labels = load_iris(return_X_y=True)


def log_model(model, **more):
    """MLflow 3 calls a logged model by name, MLflow 2 by where it lies in its run."""
    more["name" if MAJOR >= 3 else "artifact_path"] = "model"
    return mlflow.sklearn.log_model(model, **more)


experiment = mlflow.set_experiment(name)
with mlflow.start_run(run_name="baseline", tags={"team": "blue"}) as run:
    dataset = mlflow.data.from_numpy(features, targets=labels, name="iris")
    mlflow.log_input(dataset, context="training")
    mlflow.log_params({"C": 0.5, "solver": "lbfgs"})
    mlflow.log_param("max_iter", 200)
    model = LogisticRegression(C=0.5, max_iter=200).fit(features, labels)
    for step in range(10):
        mlflow.log_metric("loss", 1.0 / (step + 1), step=step)
    mlflow.log_metrics({"accuracy": model.score(features, labels), "undefined": float("nan")})
    mlflow.set_tag("note", "größer 🚀")
    mlflow.log_text("what was seen", "notes/seen.txt")
    mlflow.log_dict({"classes": [0, 1, 2]}, "classes.json")
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "weights.npy")
        np.save(path, model.coef_)
        mlflow.log_artifact(path, artifact_path="weights")
    logged = log_model(model, input_example=features[:2])

read = client.get_run(run.info.run_id)
assert read.info.status == "FINISHED", read.info
assert read.data.params == {"C": "0.5", "solver": "lbfgs", "max_iter": "200"}, read.data.params
assert read.data.metrics["accuracy"] > 0.9
assert np.isnan(read.data.metrics["undefined"])
assert read.data.tags["note"] == "größer 🚀"
assert read.inputs.dataset_inputs[0].dataset.name == "iris"
assert [m.step for m in client.get_metric_history(run.info.run_id, "loss")] == list(range(10))
listed = {file.path for file in client.list_artifacts(run.info.run_id)}
assert {"notes", "classes.json", "weights"} <= listed, listed
assert mlflow.artifacts.load_text(run.info.artifact_uri + "/notes/seen.txt") == "what was seen"

first = mlflow.register_model(logged.model_uri, name)
second = mlflow.register_model(logged.model_uri, name)
assert (first.version, second.version) == ("1", "2") or (first.version, second.version) == (1, 2)
client.set_registered_model_alias(name, "champion", "1")
client.set_model_version_tag(name, "1", "checked", "yes")
client.update_model_version(name, "1", description="the first")
assert client.get_model_version_by_alias(name, "champion").description == "the first"

for uri in (f"models:/{name}@champion", f"models:/{name}/2", logged.model_uri):
    loaded = mlflow.pyfunc.load_model(uri)
    assert (loaded.predict(features) == model.predict(features)).all(), uri
assert mlflow.sklearn.load_model(f"models:/{name}/1").C == 0.5

found = mlflow.search_runs(
    experiment_names=[name],
    filter_string="metrics.accuracy > 0.9 AND params.C = '0.5' AND tags.team LIKE 'bl%'",
    order_by=["metrics.accuracy DESC"],
)
assert list(found.run_id) == [run.info.run_id]
assert [e.name for e in mlflow.search_experiments(filter_string=f"name = '{name}'")] == [name]
assert [m.name for m in client.search_registered_models(f"name = '{name}'")] == [name]
assert len(client.search_model_versions(f"name = '{name}'")) == 2
if MAJOR >= 3:
    models = mlflow.search_logged_models([experiment.experiment_id], output_format="list")
    assert [m.model_id for m in models] == [logged.model_id], models
    assert client.get_logged_model(logged.model_id).status == "READY"

client.delete_registered_model_alias(name, "champion")
client.delete_run(run.info.run_id)
assert mlflow.search_runs(experiment_names=[name]).empty
client.restore_run(run.info.run_id)
client.delete_experiment(experiment.experiment_id)
print(f"MLflow {mlflow.__version__}: {name} trained, registered, loaded and found")
