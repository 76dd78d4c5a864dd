/// Taking over what a running MLflow server holds: experiments, runs with their whole history, the
/// files, models with their versions and aliases.
///
/// [MlflowSourceClient] reads the other server over HTTP, [LocalMlflowClient] writes through this
/// service's own MLflow API, so that what is imported passes the same checks as what is logged. An
/// import can stop anywhere: what is whole is in `mlflow_imported`, what is half is found by its
/// tag `penstock.import.source` and written over.
@NullMarked
package io.penstock.registry.migration;

import org.jspecify.annotations.NullMarked;
