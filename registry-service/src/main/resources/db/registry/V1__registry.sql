-- Names are compared byte by byte ("C"): what pages are cut by must not depend on the locale of the server.

create table experiment (
    id          text collate "C" primary key,
    description text        not null,
    tags        jsonb       not null,
    create_time timestamptz not null,
    created_by  text        not null
);

create table dataset (
    dataset_id  text collate "C" not null,
    sha256      text collate "C" not null,
    source      text        not null,
    rows        bigint      not null,
    -- penstock.registry.v1.DatasetProfile; empty where there is none.
    profile     bytea       not null,
    create_time timestamptz not null,
    created_by  text        not null,
    primary key (dataset_id, sha256)
);

create table run (
    id           bigint generated always as identity primary key,
    experiment   text collate "C" not null references experiment (id),
    run_id       text collate "C" not null unique,
    display_name text        not null,
    status       text        not null,
    start_time   timestamptz not null,
    end_time     timestamptz,
    created_by   text        not null
);
create index run_of_experiment on run (experiment, id desc);

create table run_param (
    run   bigint not null references run (id),
    key   text collate "C" not null,
    value text   not null,
    primary key (run, key)
);

create table run_tag (
    run   bigint not null references run (id),
    key   text collate "C" not null,
    value text   not null,
    primary key (run, key)
);

create table run_input (
    run        bigint not null references run (id),
    dataset_id text collate "C" not null,
    sha256     text collate "C" not null,
    context    text   not null,
    primary key (run, dataset_id, sha256, context),
    foreign key (dataset_id, sha256) references dataset (dataset_id, sha256)
);

-- The value makes part of the key so that a repeated call stores nothing twice.
create table metric_point (
    run   bigint           not null references run (id),
    key   text collate "C" not null,
    step  bigint           not null,
    time  timestamptz      not null,
    value double precision not null,
    primary key (run, key, step, time, value)
);

-- The newest point of each metric, so that reading a run never touches its history.
create table run_metric (
    run   bigint           not null references run (id),
    key   text collate "C" not null,
    step  bigint           not null,
    time  timestamptz      not null,
    value double precision not null,
    primary key (run, key)
);

create table artifact (
    sha256      text collate "C" primary key,
    size_bytes  bigint      not null,
    media_type  text        not null,
    create_time timestamptz not null,
    created_by  text        not null
);

create table model (
    id             text collate "C" primary key,
    description    text        not null,
    tags           jsonb       not null,
    owner          text        not null,
    -- Counted up in the transaction that adds the version: no gap, no number twice.
    latest_version bigint      not null default 0,
    create_time    timestamptz not null,
    update_time    timestamptz not null
);

create table model_version (
    model       text collate "C" not null references model (id),
    number      bigint      not null,
    stage       text        not null,
    -- Counts the changes of this row; the etag.
    edition     bigint      not null default 1,
    artifact    text collate "C" not null references artifact (sha256),
    run         text        not null,
    -- penstock.registry.v1.ModelVersion: everything that never changes and is never asked for in SQL.
    content     bytea       not null,
    -- penstock.registry.v1.DatasetProfile; empty where there is none.
    baseline_profile bytea  not null,
    create_time timestamptz not null,
    created_by  text        not null,
    primary key (model, number)
);

create table promotion (
    id            bigint generated always as identity primary key,
    model         text collate "C" not null,
    number        bigint      not null,
    from_stage    text        not null,
    to_stage      text        not null,
    state         text        not null,
    gate_decision text        not null,
    -- penstock.registry.v1.Promotion with nothing but the unmet criteria.
    unmet         bytea       not null,
    comment       text        not null,
    requested_by  text        not null,
    time          timestamptz not null,
    foreign key (model, number) references model_version (model, number)
);
create index promotion_of_model on promotion (model, id desc);

-- One row. Whoever changes a release takes the next revision from it and so holds its lock until the commit: revisions
-- become visible in their order, and a follower that has seen n has seen everything before n.
create table release_clock (
    only_row boolean primary key default true check (only_row),
    revision bigint  not null
);
insert into release_clock (revision) values (0);

create table release_revision (
    revision        bigint primary key,
    model           text collate "C" not null references model (id),
    -- penstock.registry.v1.CanaryCriteria; null without a canary.
    canary_criteria bytea,
    canary_since    timestamptz,
    canary_deadline timestamptz,
    update_time     timestamptz not null,
    updated_by      text        not null,
    reason          text        not null
);
create index revision_of_release on release_revision (model, revision desc);

create table release_target (
    revision bigint   not null references release_revision (revision),
    position smallint not null,
    model    text collate "C" not null,
    number   bigint   not null,
    variant  text     not null,
    percent  integer  not null,
    primary key (revision, position),
    foreign key (model, number) references model_version (model, number)
);

create table release (
    model    text collate "C" primary key references model (id),
    revision bigint not null unique references release_revision (revision)
);

-- Verdicts that were dealt with, applied or not.
create table canary_verdict (
    verdict_id text primary key,
    model      text        not null,
    outcome    text        not null,
    time       timestamptz not null
);
