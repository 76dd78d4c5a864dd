-- Experiments and runs as MLflow knows them too: a unique name beside the id, a life cycle, times in milliseconds since 1970.

-- Ids for experiments whose caller chooses none.
create sequence experiment_number;

alter table experiment
    add column name              text collate "C",
    add column artifact_location text,
    add column lifecycle_stage   text not null default 'active',
    add column create_ms         bigint,
    add column update_ms         bigint;
update experiment
set name              = id,
    artifact_location = 'mlflow-artifacts:/' || id,
    create_ms         = floor(extract(epoch from create_time) * 1000),
    update_ms         = floor(extract(epoch from create_time) * 1000);
alter table experiment
    alter column name set not null,
    alter column artifact_location set not null,
    alter column create_ms set not null,
    alter column update_ms set not null,
    add constraint experiment_name unique (name),
    drop column create_time;

-- The experiment of runs that name none.
insert into experiment (id, name, description, tags, artifact_location, create_ms, update_ms, created_by)
values ('0', 'Default', '', '{}', 'mlflow-artifacts:/0',
        floor(extract(epoch from now()) * 1000), floor(extract(epoch from now()) * 1000), 'registry')
on conflict do nothing;

alter table run
    add column lifecycle_stage text not null default 'active',
    -- Whom the client names; who called is created_by.
    add column user_id         text not null default '',
    add column artifact_uri    text,
    add column start_ms        bigint,
    add column end_ms          bigint;
update run
set user_id      = created_by,
    artifact_uri = 'mlflow-artifacts:/' || experiment || '/' || run_id || '/artifacts',
    start_ms     = floor(extract(epoch from start_time) * 1000),
    end_ms       = floor(extract(epoch from end_time) * 1000);
alter table run
    alter column artifact_uri set not null,
    alter column start_ms set not null,
    drop column start_time,
    drop column end_time;

-- No foreign keys from what runs log: a key that is checked row by row costs more than the row. Whoever writes these holds the
-- row of the run, and runs are never removed.
alter table run_param drop constraint run_param_run_fkey;
alter table run_tag drop constraint run_tag_run_fkey;

create table metric_key (
    id  integer generated always as identity primary key,
    key text collate "C" not null unique
);
insert into metric_key (key)
select distinct key from metric_point order by key;

alter table metric_point rename to metric_point_v1;
alter table metric_point_v1 rename constraint metric_point_pkey to metric_point_v1_pkey;
alter table run_metric rename to run_metric_v1;
alter table run_metric_v1 rename constraint run_metric_pkey to run_metric_v1_pkey;

-- The history. The value makes part of the key so that a repeated call stores nothing twice; the same index reads one metric of
-- a run in its order, and there is no other.
create table metric_point (
    run     bigint           not null,
    key     integer          not null,
    step    bigint           not null,
    time_ms bigint           not null,
    value   double precision not null,
    primary key (run, key, time_ms, step, value)
);
insert into metric_point
select point.run, metric_key.id, step, floor(extract(epoch from time) * 1000), value
from metric_point_v1 point join metric_key using (key)
on conflict do nothing;

-- The newest point of each metric, so that reading a run never touches its history. Room is left on each page for the row that
-- replaces another, which then needs no new entry of the index.
create table run_metric (
    run     bigint           not null,
    key     integer          not null,
    step    bigint           not null,
    time_ms bigint           not null,
    value   double precision not null,
    primary key (run, key)
) with (fillfactor = 50);
insert into run_metric
select latest.run, metric_key.id, step, floor(extract(epoch from time) * 1000), value
from run_metric_v1 latest join metric_key using (key);

drop table metric_point_v1;
drop table run_metric_v1;
