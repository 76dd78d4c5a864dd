"""Measures a version of a model on a CSV file with labels, and says what came of it.

    PENSTOCK=http://localhost:8080 TOKEN=$(deploy/penstock token --role ml-engineer) \\
      python3 docs/examples/benchmark.py models/flight-delay/versions/2 flights.csv late

Needs nothing but Python. inference-service does the measuring. The exit status is 1 where the version is below a baseline.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request

SUITE = "holdout"
METRICS = [
    {"measure": "MEASURE_AUC", "value": 0.7},
    {"measure": "MEASURE_ACCURACY"},
    {"measure": "MEASURE_LOG_LOSS"},
]


def call(method, path, body=None, media_type="application/json"):
    request = urllib.request.Request(
        os.environ["PENSTOCK"].rstrip("/") + path,
        method=method,
        data=body if body is None or isinstance(body, bytes) else json.dumps(body).encode(),
        headers={"Authorization": "Bearer " + os.environ["TOKEN"], "Content-Type": media_type},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def suite(model, data, label):
    """The suite of that name, made anew or by its next revision; the same data and label leave it as it is."""
    content = {"data": data, "label": label, "metrics": METRICS}
    try:
        known = call("GET", f"/v1/{model}/benchmarks/{SUITE}")
    except urllib.error.HTTPError as absent:
        if absent.code != 404:
            raise
        return call("POST", f"/v1/{model}/benchmarks?suite_id={SUITE}", content)
    if (known["data"], known["label"]) == (data, label):
        return known
    return call("PUT", f"/v1/{known['name']}", {"name": known["name"], **content})


def ended(run):
    while run["state"] == "BENCHMARK_RUN_STATE_PENDING":
        time.sleep(0.5)
        run = call("GET", f"/v1/{run['name']}")
    return run


version, file, label = sys.argv[1:]
with open(file, "rb") as rows:
    data = call("POST", "/v1/artifacts:upload", rows.read(), "text/csv")["name"]
measured_by = suite(version.split("/versions/")[0], data, label)
run = ended(call("POST", f"/v1/{measured_by['name']}:run", {"version": version}))
print(f"{run['name']}: {run['state'].removeprefix('BENCHMARK_RUN_STATE_')} {run.get('error', '')}")
for result in run.get("results", []):
    interval = result.get("interval", {})
    print(
        f"{result['measure'].removeprefix('MEASURE_'):<10} {result['value']:.4f}"
        f"  95 %: {interval.get('lower', float('nan')):.4f} to {interval.get('upper', float('nan')):.4f}"
        f"  {'meets' if result.get('meetsBaseline') else 'is below'} its baseline"
    )
sys.exit(not (run.get("results") and all(result.get("meetsBaseline") for result in run["results"])))
