-- Logged models: what runs saved, before anyone registers it.
create table logged_model (
    -- m- and 32 hex digits.
    id           text collate "C" primary key,
    experiment   text collate "C" not null references experiment (id),
    name         text collate "C" not null,
    model_type   text,
    -- The run's id as MLflow knows it. A model outlives its run, so nothing refers to it.
    source_run   text collate "C",
    status       text    not null,
    artifact_uri text    not null,
    deleted      boolean not null default false,
    create_ms    bigint  not null,
    update_ms    bigint  not null,
    created_by   text    not null
);
create index logged_model_of_experiment on logged_model (experiment, create_ms desc, id) where not deleted;

create table logged_model_param (
    model text collate "C" not null references logged_model (id),
    key   text collate "C" not null,
    value text not null,
    primary key (model, key)
);

create table logged_model_tag (
    model text collate "C" not null references logged_model (id),
    key   text collate "C" not null,
    value text not null,
    primary key (model, key)
);

create index version_of_logged_model on model_version (logged_model) where logged_model is not null;

-- The points that runs logged about a model. The texts of a data set are empty where none was named. As for what else runs
-- log, no foreign keys.
create table logged_model_metric (
    model          text collate "C"  not null,
    key            text collate "C"  not null,
    run            bigint            not null,
    step           bigint            not null,
    time_ms        bigint            not null,
    value          double precision  not null,
    dataset_name   text collate "C"  not null,
    dataset_digest text collate "C"  not null
);
-- A repeated call stores nothing twice. The data set is hashed because an entry of an index is at most 2,700 bytes long.
create unique index logged_model_metric_once
    on logged_model_metric (model, key, step, time_ms, run, value, md5(dataset_name || chr(31) || dataset_digest));

-- Models that a run read and made. MLflow names them before they exist, so nothing refers to them.
create table run_model_input (
    run   bigint not null references run (id),
    model text collate "C" not null,
    primary key (run, model)
);

create table run_model_output (
    run   bigint not null references run (id),
    model text collate "C" not null,
    step  bigint not null,
    primary key (run, model, step)
);

-- Data as MLflow notes it: known by name and digest within an experiment, described by its first description.
create table noted_dataset (
    id          bigint generated always as identity primary key,
    experiment  text collate "C" not null references experiment (id),
    name        text collate "C" not null,
    digest      text collate "C" not null,
    source_type text not null,
    source      text not null,
    schema      text,
    profile     text,
    unique (experiment, name, digest)
);

create table run_noted_dataset (
    run     bigint not null references run (id),
    dataset bigint not null references noted_dataset (id),
    -- Tag mlflow.data.context, which searches ask for.
    context text collate "C",
    tags    jsonb  not null,
    primary key (run, dataset)
);
create index run_of_noted_dataset on run_noted_dataset (dataset);

-- penstock.registry.v1.DatasetManifest in its canonical order, hashed to the snapshot's name; empty where a snapshot was
-- registered by the hash of its content alone.
alter table dataset add column manifest bytea not null default '';

create index run_input_of_dataset on run_input (dataset_id, sha256);

-- What the run of a version had read when the version was registered.
create table model_version_input (
    model      text collate "C" not null,
    number     bigint not null,
    dataset_id text collate "C" not null,
    sha256     text collate "C" not null,
    context    text not null,
    primary key (model, number, dataset_id, sha256, context),
    foreign key (model, number) references model_version (model, number),
    foreign key (dataset_id, sha256) references dataset (dataset_id, sha256)
);
create index model_version_input_of_dataset on model_version_input (dataset_id, sha256);

-- What an experiment wants to find out. A change adds a revision: nobody moves the goal unseen.
create table experiment_design (
    experiment  text collate "C" not null references experiment (id),
    revision    integer     not null,
    -- penstock.registry.v1.ExperimentDesign
    content     bytea       not null,
    create_time timestamptz not null,
    created_by  text        not null,
    primary key (experiment, revision)
);

create table data_split (
    experiment  text collate "C" not null references experiment (id),
    id          text collate "C" not null,
    -- penstock.registry.v1.Split
    content     bytea       not null,
    create_time timestamptz not null,
    created_by  text        not null,
    primary key (experiment, id)
);
