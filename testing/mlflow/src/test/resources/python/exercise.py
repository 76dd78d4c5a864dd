"""The corners of MLflow's Python client that data scientists use, each a function named by what it tries.

Every function runs, whatever became of those before it; what failed is told at the end. Works with MLflow 2 and 3.
"""

import os
import subprocess
import sys
import tempfile
import time
import traceback
import uuid
import warnings
from concurrent.futures import ProcessPoolExecutor

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import mlflow
import mlflow.sklearn
import numpy as np
import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag, ViewType
from mlflow.exceptions import MlflowException
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

MAJOR = int(mlflow.__version__.split(".")[0])
TRIED = []

client = MlflowClient()
features, labels = load_iris(return_X_y=True, as_frame=True)


def tried(function):
    TRIED.append(function)
    return function


def since(major):
    return tried if major <= MAJOR else lambda function: function


def unique(prefix):
    return f"{prefix}-{uuid.uuid4().hex[:8]}"


def log_model(model, name="model", **more):
    """MLflow 3 calls a logged model by name, MLflow 2 by where it lies in its run."""
    more["name" if MAJOR >= 3 else "artifact_path"] = name
    return mlflow.sklearn.log_model(model, **more)


def trained():
    return LogisticRegression(max_iter=200).fit(features, labels)


def register(versions=1):
    """A model with versions made of one logged model."""
    name = unique("model")
    with mlflow.start_run():
        logged = log_model(trained())
    for _ in range(versions):
        mlflow.register_model(logged.model_uri, name)
    return name


def refused(code, action):
    try:
        action()
    except MlflowException as e:
        assert e.error_code == code, (e.error_code, e.message)
        return
    raise AssertionError(f"not refused with {code}")


@tried
def autolog_with_signature_and_input_example():
    mlflow.sklearn.autolog(log_input_examples=True, log_model_signatures=True, silent=True)
    try:
        with mlflow.start_run() as run:
            trained()
    finally:
        mlflow.sklearn.autolog(disable=True)
    read = client.get_run(run.info.run_id)
    assert read.data.params["max_iter"] == "200"
    assert read.data.metrics["training_accuracy_score"] > 0.9
    assert read.inputs.dataset_inputs, "autolog names the data that it saw"
    uri = f"runs:/{run.info.run_id}/model"
    model = mlflow.pyfunc.load_model(uri)
    assert model.metadata.signature.inputs.input_names() == list(features.columns)
    assert mlflow.models.Model.load(uri).saved_input_example_info
    assert len(model.predict(features)) == len(features)


@tried
def autolog_of_a_grid_search_nests_its_runs():
    mlflow.sklearn.autolog(max_tuning_runs=2, log_models=False, silent=True)
    try:
        with mlflow.start_run() as run:
            GridSearchCV(LogisticRegression(max_iter=200), {"C": [0.1, 1.0, 10.0]}, cv=2).fit(features, labels)
    finally:
        mlflow.sklearn.autolog(disable=True)
    children = mlflow.search_runs(filter_string=f"tags.mlflow.parentRunId = '{run.info.run_id}'")
    assert len(children) == 2, children
    assert mlflow.artifacts.load_text(run.info.artifact_uri + "/cv_results.csv")


@tried
def nested_runs():
    with mlflow.start_run() as parent:
        with mlflow.start_run(nested=True) as child:
            mlflow.log_metric("depth", 1)
        with mlflow.start_run(nested=True, run_name="second") as second:
            pass
    assert mlflow.get_parent_run(child.info.run_id).info.run_id == parent.info.run_id
    assert client.get_run(second.info.run_id).info.run_name == "second"


@tried
def texts_tables_and_figures():
    with mlflow.start_run() as run:
        mlflow.log_dict({"a": [1, {"ü": None}]}, "a.json")
        mlflow.log_dict({"b": 1}, "deep/er/b.yaml")
        mlflow.log_text("<b>ü</b>", "page.html")
        figure, axes = plt.subplots()
        axes.plot([1, 2])
        mlflow.log_figure(figure, "figures/line.png")
        plt.close(figure)
        mlflow.log_image(np.zeros((4, 4, 3), dtype=np.uint8), "black.png")
        mlflow.log_table({"q": ["x"], "a": ["y"]}, "table.json")
        mlflow.log_table(pd.DataFrame({"q": ["z"], "a": ["w"]}), "table.json")
    table = mlflow.load_table("table.json", run_ids=[run.info.run_id], extra_columns=["run_id"])
    assert list(table["q"]) == ["x", "z"], table
    assert mlflow.artifacts.load_dict(run.info.artifact_uri + "/a.json") == {"a": [1, {"ü": None}]}
    assert mlflow.artifacts.load_image(run.info.artifact_uri + "/black.png").size == (4, 4)
    assert [f.path for f in client.list_artifacts(run.info.run_id, "deep")] == ["deep/er"]


@tried
def files_with_odd_names():
    names = ["with blank.txt", "ü.txt", "100%.txt", "a+b.txt", "a&b=c.txt", "日本語/文.txt", "x'y.txt", "(1).txt", "~", "a;b", "[1]", "@"]
    with tempfile.TemporaryDirectory() as directory, mlflow.start_run() as run:
        for name in names:
            path = os.path.join(directory, *name.split("/"))
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write(name)
        os.makedirs(os.path.join(directory, "empty"))
        with open(os.path.join(directory, "nothing"), "w"):
            pass
        mlflow.log_artifacts(directory, artifact_path="odd dir")
    with tempfile.TemporaryDirectory() as directory:
        local = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="odd dir", dst_path=directory)
        for name in names:
            with open(os.path.join(local, *name.split("/"))) as file:
                assert file.read() == name
        assert os.path.getsize(os.path.join(local, "nothing")) == 0
    for name in names:
        local = client.download_artifacts(run.info.run_id, "odd dir/" + name)
        with open(local) as file:
            assert file.read() == name


@tried
def files_whose_names_the_client_cuts():
    """It sends what comes before `#` and `?`, and takes `%41` for an `A`."""
    for name, sent in {"a#b.txt": "a", "what?.txt": "what", "%41.txt": "A.txt"}.items():
        with tempfile.TemporaryDirectory() as directory, mlflow.start_run() as run:
            with open(os.path.join(directory, name), "w") as file:
                file.write(name)
            mlflow.log_artifacts(directory)
        assert [f.path for f in client.list_artifacts(run.info.run_id)] == [sent]


@tried
def a_large_file_goes_in_parts():
    settings = {
        "MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD": "true",
        "MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE": str(5 << 20),
        "MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE": str(5 << 20),
    }
    if MAJOR >= 3:
        del settings["MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD"]
    os.environ.update(settings)
    try:
        with tempfile.TemporaryDirectory() as directory, mlflow.start_run() as run:
            path = os.path.join(directory, "large file.bin")
            content = os.urandom(12 << 20)
            with open(path, "wb") as file:
                file.write(content)
            mlflow.log_artifact(path, "weights")
    finally:
        for name in settings:
            del os.environ[name]
    with open(client.download_artifacts(run.info.run_id, "weights/large file.bin"), "rb") as file:
        assert file.read() == content


@tried
def pages_and_orders_of_runs():
    experiment = client.create_experiment(unique("pages"))
    for i in range(25):
        run = client.create_run(experiment, start_time=1000 + i, run_name=f"r{i}")
        client.log_metric(run.info.run_id, "m", float(i % 5), timestamp=1, step=0)
        client.log_param(run.info.run_id, "p", str(i))
        client.set_terminated(run.info.run_id, status="FAILED" if i % 2 else "FINISHED", end_time=2000 + i)
    seen, token = [], None
    while True:
        page = client.search_runs([experiment], order_by=["metrics.m DESC", "start_time ASC"], max_results=7, page_token=token)
        seen += page
        token = page.token
        if not token:
            break
    assert len({r.info.run_id for r in seen}) == 25
    keys = [(-r.data.metrics["m"], r.info.start_time) for r in seen]
    assert keys == sorted(keys)
    assert len(client.search_runs([experiment], "attributes.status = 'FAILED'")) == 12
    assert len(client.search_runs([experiment], "params.p = '7' AND attributes.run_name LIKE 'r%'")) == 1
    frame = mlflow.search_runs([experiment], order_by=["attributes.end_time DESC"], max_results=3)
    assert list(frame["tags.mlflow.runName"]) == ["r24", "r23", "r22"]


@tried
def a_batch_of_a_thousand():
    with mlflow.start_run() as begun:
        run = begun.info.run_id
    client.log_batch(run, metrics=[Metric(f"m{i % 10}", float(i), i, i) for i in range(1000)])
    client.log_batch(
        run,
        metrics=[Metric("last", 1.0, 1, 0)],
        params=[Param(f"p{i}", "v" * 6000) for i in range(90)],
        tags=[RunTag(f"t{i}", "v" * 50) for i in range(90)],
    )
    with mlflow.start_run(run_id=run):
        mlflow.log_params({f"q{i}": i for i in range(150)})
        mlflow.log_metrics({f"n{i}": i for i in range(1500)})
    assert len(client.get_metric_history(run, "m3")) == 100
    read = client.get_run(run)
    assert (len(read.data.params), len(read.data.metrics)) == (240, 1511)


@tried
def a_long_history_comes_whole():
    run = client.create_run(client.create_experiment(unique("history"))).info.run_id
    for first in range(0, 12_000, 1000):
        client.log_batch(run, metrics=[Metric("m", float(i), i, i) for i in range(first, first + 1000)])
    assert [m.step for m in client.get_metric_history(run, "m")] == list(range(12_000))
    store = client._tracking_client.store
    if hasattr(store, "get_metric_history_bulk_interval"):
        sampled = store.get_metric_history_bulk_interval([run], "m", max_results=100, start_step=None, end_step=None)
        assert 100 <= len(sampled) <= 102 and sampled[-1].step == 11_999, len(sampled)


@tried
def experiments_are_deleted_and_restored():
    name = unique("experiment")
    experiment = client.create_experiment(name, tags={"a": "1"})
    run = client.create_run(experiment).info.run_id
    client.delete_run(run)
    assert client.search_runs([experiment]) == []
    assert len(client.search_runs([experiment], run_view_type=ViewType.DELETED_ONLY)) == 1
    client.restore_run(run)
    client.rename_experiment(experiment, name + "-new")
    client.set_experiment_tag(experiment, "b", "2")
    client.delete_experiment(experiment)
    assert client.get_experiment(experiment).lifecycle_stage == "deleted"
    refused("INVALID_PARAMETER_VALUE", lambda: client.create_run(experiment))
    client.restore_experiment(experiment)
    read = client.get_experiment_by_name(name + "-new")
    assert (read.lifecycle_stage, read.tags["b"]) == ("active", "2")
    refused("RESOURCE_ALREADY_EXISTS", lambda: client.create_experiment(name + "-new"))
    assert client.get_experiment_by_name(unique("none")) is None
    refused("RESOURCE_DOES_NOT_EXIST", lambda: client.get_experiment("987654321"))
    refused("RESOURCE_DOES_NOT_EXIST", lambda: client.get_run("0" * 32))


@tried
def params_do_not_change_and_tags_do():
    run = client.create_run("0").info.run_id
    client.log_param(run, "p", 1)
    client.log_param(run, "p", 1)
    refused("INVALID_PARAMETER_VALUE", lambda: client.log_param(run, "p", 2))
    client.set_tag(run, "t", "1")
    client.set_tag(run, "t", "2")
    client.update_run(run, status="KILLED", name="renamed")
    read = client.get_run(run)
    assert (read.data.tags["t"], read.info.status, read.info.run_name) == ("2", "KILLED", "renamed")
    client.delete_tag(run, "t")
    refused("RESOURCE_DOES_NOT_EXIST", lambda: client.delete_tag(run, "t"))
    refused("INVALID_PARAMETER_VALUE", lambda: client.log_metric(run, "../m", 1.0))


@tried
def models_are_renamed_described_and_tagged():
    name = register()
    client.update_registered_model(name, description="what it is")
    client.set_registered_model_tag(name, "team", "blue")
    renamed = name + "-new"
    client.rename_registered_model(name, renamed)
    assert client.get_registered_model(renamed).tags == {"team": "blue"}
    assert client.get_model_version(renamed, "1").name == renamed
    client.delete_registered_model_tag(renamed, "team")
    refused("RESOURCE_ALREADY_EXISTS", lambda: client.create_registered_model(renamed))
    client.delete_model_version(renamed, "1")
    refused("RESOURCE_DOES_NOT_EXIST", lambda: client.get_model_version(renamed, "1"))
    client.delete_registered_model(renamed)
    refused("RESOURCE_DOES_NOT_EXIST", lambda: client.get_registered_model(renamed))


@tried
def versions_are_copied_found_and_moved():
    name = register(versions=3)
    copied = client.copy_model_version(f"models:/{name}/2", name + "-copy")
    assert (copied.name, str(copied.version)) == (name + "-copy", "1")
    assert mlflow.pyfunc.load_model(f"models:/{name}-copy/1").predict(features) is not None
    assert [str(v.version) for v in client.search_model_versions(f"name = '{name}'", order_by=["version_number ASC"])] == ["1", "2", "3"]
    page = client.search_model_versions(f"name = '{name}'", max_results=2)
    assert len(page) == 2 and page.token
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        client.transition_model_version_stage(name, "1", "Archived")
        assert client.get_latest_versions(name, ["Archived"])[0].current_stage == "Archived"
        assert {str(v.version) for v in client.get_latest_versions(name)} == {"1", "3"}
        client.transition_model_version_stage(name, "1", "None")
    client.set_registered_model_alias(name, "champion", "1")
    client.set_registered_model_alias(name, "champion", "3")
    assert str(client.get_model_version_by_alias(name, "champion").version) == "3"
    assert client.get_registered_model(name).aliases == {"champion": "3"} or client.get_registered_model(name).aliases == {"champion": 3}
    client.delete_registered_model_alias(name, "champion")
    refused("INVALID_PARAMETER_VALUE", lambda: client.set_registered_model_alias(name, "latest", "1"))
    assert client.get_model_version_download_uri(name, "1")
    client.set_model_version_tag(name, "1", "k", "v")
    client.set_model_version_tag(name, key="s", value="w", version="2")
    assert [str(v.version) for v in client.search_model_versions(f"name = '{name}' AND tags.k = 'v'")] == ["1"]
    client.delete_model_version_tag(name, "1", "k")
    found = client.search_registered_models(f"name LIKE '{name}%'", order_by=["name DESC"])
    assert [m.name for m in found] == [name + "-copy", name]


@tried
def models_are_loaded_by_every_name():
    name = unique("model")
    with mlflow.start_run() as run:
        logged = log_model(trained(), registered_model_name=name, input_example=features.head(2))
    client.set_registered_model_alias(name, "champion", "1")
    uris = [f"models:/{name}/1", f"models:/{name}@champion", f"models:/{name}/latest", f"runs:/{run.info.run_id}/model", logged.model_uri]
    if MAJOR >= 3:
        uris.append(f"models:/{logged.model_id}")
    expected = trained().predict(features)
    for uri in uris:
        assert (mlflow.pyfunc.load_model(uri).predict(features) == expected).all(), uri
        assert mlflow.models.get_model_info(uri).signature is not None, uri


@tried
def datasets_of_pandas_and_numpy():
    with mlflow.start_run() as run:
        frame = mlflow.data.from_pandas(features, source="iris.csv", name="iris")
        mlflow.log_input(frame, context="training", tags={"split": "80"})
        mlflow.log_input(mlflow.data.from_numpy(features.to_numpy(), name="array"))
    inputs = client.get_run(run.info.run_id).inputs.dataset_inputs
    assert {i.dataset.name for i in inputs} == {"iris", "array"}
    first = next(i for i in inputs if i.dataset.name == "iris")
    assert {t.key: t.value for t in first.tags} == {"mlflow.data.context": "training", "split": "80"}
    assert mlflow.data.get_source(first.dataset).uri == "iris.csv" if hasattr(mlflow.data.get_source(first.dataset), "uri") else True
    assert len(mlflow.search_runs(filter_string=f"datasets.digest = '{first.dataset.digest}' AND run_id = '{run.info.run_id}'")) == 1


@tried
def evaluation_of_a_classifier():
    with mlflow.start_run():
        logged = log_model(trained())
        data = features.assign(label=labels)
        evaluate = mlflow.models.evaluate if hasattr(mlflow.models, "evaluate") else mlflow.evaluate
        result = evaluate(logged.model_uri, data, targets="label", model_type="classifier", evaluator_config={"log_explainer": False, "log_model_explainability": False})
    assert result.metrics["accuracy_score"] > 0.9
    assert client.get_run(mlflow.last_active_run().info.run_id).data.metrics["accuracy_score"] > 0.9


@tried
def metrics_of_the_machine():
    try:
        import psutil  # noqa: F401
    except ImportError:
        return
    mlflow.set_system_metrics_sampling_interval(0.2)
    mlflow.set_system_metrics_samples_before_logging(1)
    with mlflow.start_run(log_system_metrics=True) as run:
        time.sleep(2)
    assert any(key.startswith("system/") for key in client.get_run(run.info.run_id).data.metrics)


@tried
def the_command_line():
    experiment = client.create_experiment(unique("cli"))
    run = client.create_run(experiment, run_name="by-cli").info.run_id
    client.log_text(run, "x", "dir/a.txt")

    def mlflow_cli(*arguments):
        ended = subprocess.run([sys.executable, "-m", "mlflow", *arguments], capture_output=True, text=True, timeout=240)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    assert experiment in mlflow_cli("experiments", "search")
    assert run in mlflow_cli("runs", "list", "--experiment-id", experiment)
    assert "a.txt" in mlflow_cli("artifacts", "list", "--run-id", run, "--artifact-path", "dir")


def log_as_another_process(run):
    with mlflow.start_run(run_id=run):
        for i in range(50):
            mlflow.log_metric(f"of-{os.getpid()}", i, step=i)
    return os.getpid()


@tried
def many_processes_log_to_one_run():
    with mlflow.start_run() as begun:
        run = begun.info.run_id
    with ProcessPoolExecutor(3) as pool:
        pids = set(pool.map(log_as_another_process, [run] * 3))
    for pid in pids:
        assert len(client.get_metric_history(run, f"of-{pid}")) % 50 == 0


@tried
def asynchronous_logging():
    mlflow.config.enable_async_logging()
    try:
        with mlflow.start_run() as run:
            for i in range(300):
                mlflow.log_metric("m", i, step=i)
            mlflow.log_params({"a": 1, "b": 2})
            mlflow.set_tag("t", "v")
        mlflow.flush_async_logging()
    finally:
        mlflow.config.enable_async_logging(False)
    assert len(client.get_metric_history(run.info.run_id, "m")) == 300
    assert client.get_run(run.info.run_id).data.params == {"a": "1", "b": "2"}


@tried
def a_folder_of_many_files_is_registered():
    class Echo(mlflow.pyfunc.PythonModel):
        def load_context(self, context):
            self.files = len(os.listdir(context.artifacts["folder"]))

        def predict(self, context, model_input, params=None):
            return [self.files] * len(model_input)

    name = unique("folder")
    with tempfile.TemporaryDirectory() as directory:
        for i in range(120):
            with open(os.path.join(directory, f"part {i}.bin"), "wb") as file:
                file.write(os.urandom(10_000))
        with mlflow.start_run():
            more = {"name" if MAJOR >= 3 else "artifact_path": "echo"}
            mlflow.pyfunc.log_model(python_model=Echo(), artifacts={"folder": directory}, registered_model_name=name, **more)
    assert mlflow.pyfunc.load_model(f"models:/{name}/1").predict(pd.DataFrame({"x": [1, 2]})) == [120, 120]


@since(3)
def logged_models():
    experiment = mlflow.set_experiment(unique("logged")).experiment_id
    with mlflow.start_run():
        logged = log_model(trained(), name="forest", params={"depth": 3}, tags={"kind": "tree"}, model_type="agent")
        mlflow.log_metric("accuracy", 0.9, model_id=logged.model_id)
    external = mlflow.create_external_model(name="elsewhere", params={"a": "b"})
    model = mlflow.get_logged_model(logged.model_id)
    assert (model.name, model.params, model.tags["kind"], str(model.status.value)) == ("forest", {"depth": "3"}, "tree", "READY")
    assert [m.value for m in model.metrics] == [0.9]
    found = mlflow.search_logged_models([experiment], "metrics.accuracy > 0.5 AND params.depth = '3'", output_format="list")
    assert [m.model_id for m in found] == [logged.model_id]
    assert len(mlflow.search_logged_models([experiment], order_by=[{"field_name": "creation_timestamp", "ascending": False}])) == 2
    mlflow.set_logged_model_tags(logged.model_id, {"more": "yes"})
    mlflow.delete_logged_model_tag(logged.model_id, "kind")
    assert mlflow.get_logged_model(logged.model_id).tags["more"] == "yes"
    assert mlflow.get_logged_model(external.model_id).name == "elsewhere"
    client.delete_logged_model(external.model_id)
    with mlflow.start_run():
        mlflow.set_active_model(name="chosen")


@since(3)
def prompts():
    name = unique("prompt")
    register_prompt, load_prompt = mlflow.genai.register_prompt, mlflow.genai.load_prompt
    first = register_prompt(name=name, template="Sum up {{ text }}.", commit_message="first", tags={"team": "blue"})
    second = register_prompt(name=name, template=[{"role": "user", "content": "Sum up {{ text }} in {{ n }} words."}])
    assert (first.version, second.version) == (1, 2)
    assert load_prompt(f"prompts:/{name}/1").format(text="this") == "Sum up this."
    mlflow.genai.set_prompt_alias(name, alias="production", version=2)
    assert load_prompt(f"prompts:/{name}@production").version == 2
    assert load_prompt(name, version=1).template == "Sum up {{ text }}."
    mlflow.genai.set_prompt_tag(name, "k", "v")
    mlflow.genai.set_prompt_version_tag(name, 1, "k", "v")
    assert name in [p.name for p in mlflow.genai.search_prompts(f"name = '{name}'")]
    assert name not in [m.name for m in client.search_registered_models()]
    assert load_prompt("prompts:/" + unique("none") + "/1", allow_missing=True) is None
    mlflow.genai.delete_prompt_alias(name, "production")
    client.delete_prompt_version(name, "1")
    client.delete_prompt_version(name, "2")
    client.delete_prompt(name)


@since(3)
def traces_are_not_served_and_nothing_breaks():
    @mlflow.trace
    def add(a, b):
        return a + b

    assert add(1, 2) == 3
    mlflow.flush_trace_async_logging()
    with mlflow.start_run() as run:
        assert add(3, 4) == 7
    mlflow.flush_trace_async_logging()
    assert client.get_run(run.info.run_id).info.status == "FINISHED"
    refused("ENDPOINT_NOT_FOUND", lambda: mlflow.search_traces(locations=["0"], return_type="list"))


def main():
    mlflow.set_experiment(unique("exercise"))
    wanted = sys.argv[1:]
    failed = []
    for function in TRIED:
        if wanted and function.__name__ not in wanted:
            continue
        begun = time.monotonic()
        try:
            function()
            said = "passed"
        except Exception:
            said = "FAILED"
            failed.append(f"{function.__name__}\n{traceback.format_exc()}")
            while mlflow.active_run():
                mlflow.end_run("FAILED")
        print(f"{said} {function.__name__} ({time.monotonic() - begun:.1f} s)", flush=True)
    print("\n".join(failed))
    print(f"MLflow {mlflow.__version__}: {len(failed)} of {len(wanted or TRIED)} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
