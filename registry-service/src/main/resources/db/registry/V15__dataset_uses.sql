-- Who used a snapshot, in the order in which it is listed: a page costs what it holds.
drop index run_input_of_dataset;
create index run_input_of_dataset on run_input (dataset_id, sha256, run, context);
drop index model_version_input_of_dataset;
create index model_version_input_of_dataset on model_version_input (dataset_id, sha256, model, number, context);
