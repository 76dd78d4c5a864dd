-- What a settled run logged, as one text beside it: a page of a thousand runs then needs no look at three tables. Not for runs with
-- so many entries that it would be large. Values of metrics are texts, since JSON has no NaN.
create function run_entries(number bigint) returns json language sql stable as $$
    with noted as materialized (select json_build_object(
        'params', (select coalesce(json_object_agg(key, value), '{}') from run_param where run = number),
        'tags', (select coalesce(json_object_agg(key, value), '{}') from run_tag where run = number),
        'metrics', (
            select coalesce(json_agg(json_build_array(key, value::text, step, time_ms) order by key), '[]')
            from run_metric where run = number),
        'linked', exists (select from run_input where run = number)
            or exists (select from run_noted_dataset where run = number)
            or exists (select from run_model_input where run = number)
            or exists (select from run_model_output where run = number)) as entries)
    select case when octet_length(entries::text) <= 16000 then entries end from noted
$$;

alter table run add column entries json;
update run set entries = run_entries(id) where settled;

-- No foreign key from the run to its experiment: whoever makes runs holds the row of their experiment, once for all of them, and
-- experiments are never removed.
alter table run drop constraint run_experiment_fkey;

-- Searches ask for versions without a run too, whose run is '' to MLflow's clients.
drop index model_version_of_run;
create index model_version_of_run on model_version (coalesce(run_id, ''));
