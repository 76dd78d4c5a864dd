-- A version that was registered from an artifact shows its files below a folder that nothing stores.
update model_version
set source = 'mlflow-artifacts:/_versions/' || model || '/' || number,
    location = 'mlflow-artifacts:/_versions/' || model || '/' || number
where source is null and artifact is not null and delete_time is null;
