-- What searches look things up by.

-- The runs of an experiment in the order in which they are shown.
create index run_of_search on run (experiment, start_ms desc, run_id) include (id) where lifecycle_stage = 'active';
-- Planned for the runs of one experiment that are active: the columns are not independent of each other.
create statistics run_in_view on experiment, lifecycle_stage from run;

-- The runs that have a value under a key, read from the index alone. An entry of an index has room for some 2,700 bytes:
-- longer values are found only from their runs. Values of metrics have no index on purpose: it would double what logging
-- them costs.
create index run_tag_of_search on run_tag (key, value, run) where octet_length(value) <= 1000;
create index run_param_of_search on run_param (key, value, run) where octet_length(value) <= 1000;
create statistics run_tag_pair (mcv, ndistinct) on key, value from run_tag;
create statistics run_param_pair (mcv, ndistinct) on key, value from run_param;
create statistics run_tag_size on (octet_length(value)) from run_tag;
create statistics run_param_size on (octet_length(value)) from run_param;

create index noted_dataset_of_search on noted_dataset (name);

-- All tags of a model beside it, for searches by several of them; the table of tags is what counts.
alter table model add column tags jsonb not null default '{}';
update model set tags = tag.tags
from (select model, jsonb_object_agg(key, value) as tags from model_tag group by model) tag
where tag.model = model.id;

-- One tag at a time: whoever waited for the model's row adds to what is there then.
create function model_tags_follow() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        update model set tags = tags - old.key where id = old.model;
    else
        update model set tags = tags || jsonb_build_object(new.key, new.value) where id = new.model;
    end if;
    return null;
end $$;
create trigger model_tags_follow after insert or update or delete on model_tag
    for each row execute function model_tags_follow();

-- No list of pending entries: a search would read it whole.
create index model_of_tags on model using gin (tags jsonb_path_ops) with (fastupdate = off);

create index model_version_of_search on model_version (update_time desc) where delete_time is null;
create index model_version_of_run on model_version (run_id) where run_id is not null;

-- The newest values of metrics, by value. Written when a run ends: while it goes on, each point would move an entry. Of a run that
-- is settled exactly what run_metric has lies here; the others are few, and searches look at theirs one by one.
create table settled_metric (
    key   integer          not null,
    value double precision not null,
    run   bigint           not null,
    primary key (key, value, run)
);
alter table run add column settled boolean not null default false;
insert into settled_metric (key, value, run)
select metric.key, metric.value, metric.run
from run_metric metric join run on run.id = metric.run
where run.status in ('FINISHED', 'FAILED', 'KILLED');
update run set settled = true where status in ('FINISHED', 'FAILED', 'KILLED');
create index run_unsettled on run (id) where not settled;
