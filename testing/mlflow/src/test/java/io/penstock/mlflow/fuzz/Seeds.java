package io.penstock.mlflow.fuzz;

/// Values that the first requests need, before the server has told any.
final class Seeds {

  private Seeds() {}

  static Known known() {
    var known = new Known();
    known.add("key", "loss", "lr", "team", "a b", "mlflow.user");
    known.add("value", "1", "x", "0.1");
    known.add("version", "1", "2");
    known.add("experiment_id", "0");
    known.add("stage", "Staging", "Production", "Archived", "None", "production");
    known.add("stages", "Staging", "Production", "None");
    known.add("alias", "champion", "challenger");
    known.add("url", "http://127.0.0.1:1/hook", "https://hooks.invalid/x");
    known.add("name", "fuzzed", "Ünïcode", "Default");
    known.add("source", "s3://bucket/model", "dbfs:/x", "https://host.invalid/m");
    known.add("path", "a.txt", "model/MLmodel", "dir");
    known.add(
        "model_json", "{\"artifact_path\":\"model\",\"flavors\":{},\"run_id\":\"x\"}", "{", "[1]");
    known.add("digest", "d1", "abc");
    known.add("source_type", "local", "s3");
    known.add("schema", "{\"mlflow_colspec\":[]}");
    known.add("status", "FINISHED", "RUNNING");
    known.add("state", "DEAD", "PENDING");
    known.add("sha256", "0".repeat(64));
    known.add("media_type", "application/octet-stream");
    return known;
  }
}
