-- A million runs and a million models, as the registry itself would have written them; :rows of each. Ended runs of one
-- experiment with four metrics, two parameters and three tags each, and models with three tags. Nothing is correlated with
-- the order that pages are in. A statement begins with what it says of itself.

-- No trigger and no foreign key looks at the rows one by one: what these would write and find is here.
set session_replication_role = replica;
set maintenance_work_mem = '256MB';
set jit = off;
select setseed(0.2001);

-- Indexes are built when the rows are there, all entries at once.
update pg_index set indisready = false, indisvalid = false
where indrelid = any('{run,run_param,run_tag,run_metric,metric_point,settled_metric,model,model_tag}'::regclass[]);

-- values drawn
create temporary table drawn as
select n, md5(n::text) as run_id, 1700000000000 + n as start_ms,
    random() as accuracy, random() as loss, random() as f1, random() as auc,
    floor(random() * 100) as depth, floor(random() * 100) as rate,
    floor(random() * 10) as team, floor(random() * 100) as cohort
from generate_series(1, :rows) as n;

insert into experiment (id, name, description, tags, artifact_location, create_ms, update_ms, created_by)
values ('million', 'million', '', '{}', 'mlflow-artifacts:/million', 0, 0, 'benchmark');
insert into metric_key (id, key) overriding system value values (1, 'accuracy'), (2, 'loss'), (3, 'f1'), (4, 'auc');
select setval(pg_get_serial_sequence('metric_key', 'id'), 4);

-- metrics
insert into run_metric (run, key, step, time_ms, value)
select n, metric_key.id, 0, start_ms, value
from drawn cross join lateral (values ('accuracy', accuracy), ('loss', loss), ('f1', f1), ('auc', auc)) as metric (key, value)
    join metric_key using (key);
-- their history
insert into metric_point (run, key, step, time_ms, value) select run, key, step, time_ms, value from run_metric;
-- their values
insert into settled_metric (key, value, run) select key, value, run from run_metric;
-- parameters
insert into run_param (run, key, value)
select n, key, value from drawn cross join lateral (values ('depth', depth::text), ('rate', rate::text)) as param (key, value);
-- tags
insert into run_tag (run, key, value)
select n, key, value
from drawn cross join lateral (values
    ('cohort', 'cohort-' || cohort), ('mlflow.runName', 'run-' || n), ('team', 'team-' || team)) as tag (key, value);
-- indexes of parameters
reindex table run_param;
-- indexes of tags
reindex table run_tag;
-- indexes of metrics
reindex table run_metric;
reindex table metric_point;
reindex table settled_metric;
-- runs
insert into run (id, experiment, run_id, display_name, status, created_by, user_id, artifact_uri, start_ms, end_ms, settled, entries)
    overriding system value
select n, 'million', run_id, 'run-' || n, 'FINISHED', 'benchmark', 'benchmark',
    'mlflow-artifacts:/million/' || run_id || '/artifacts', start_ms, start_ms + 60000, true, json_build_object(
        'params', json_build_object('depth', depth::text, 'rate', rate::text),
        'tags', json_build_object('cohort', 'cohort-' || cohort, 'mlflow.runName', 'run-' || n, 'team', 'team-' || team),
        'metrics', json_build_array(
            json_build_array(1, accuracy::text, 0, start_ms), json_build_array(2, loss::text, 0, start_ms),
            json_build_array(3, f1::text, 0, start_ms), json_build_array(4, auc::text, 0, start_ms)),
        'linked', false)
from drawn;
select setval(pg_get_serial_sequence('run', 'id'), :rows);
-- indexes of runs
reindex table run;
-- proof that a run has beside it what the registry puts there
select 1 / (count(*) = 0)::int from run where id % 1000 = 0 and entries::jsonb is distinct from run_entries(id)::jsonb;

-- models and their tags
with named as (
    insert into model (id, name, description, owner, create_time, update_time, tags)
    select 'm' || n, 'm' || n, '', 'benchmark', now(), now(), jsonb_build_object(
        'team', 't-' || floor(random() * 10), 'task', 'k-' || floor(random() * 100), 'region', 'r-' || floor(random() * 10))
    from generate_series(1, :rows) as n
    returning id, tags)
insert into model_tag (model, key, value)
select id, key, value from named cross join lateral jsonb_each_text(tags) as tag;
-- indexes of models
reindex table model;
reindex table model_tag;

-- vacuum and statistics
vacuum analyze;
-- on the disk
checkpoint;
