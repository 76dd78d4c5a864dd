-- Reads the fields of a stored message, all of which are texts, maps or messages: every field begins with its number and
-- ends after the length that follows it. Needed once, below.
create function pg_temp.fields(message bytea) returns table (field bigint, content bytea) language plpgsql as $$
declare
    at integer := 0;
    number bigint;
    size bigint;
    bits integer;
    byte integer;
begin
    while at < length(message) loop
        for part in 1..2 loop
            number := size;
            size := 0;
            bits := 0;
            loop
                byte := get_byte(message, at);
                at := at + 1;
                size := size + ((byte & 127)::bigint << bits);
                bits := bits + 7;
                exit when byte < 128;
            end loop;
        end loop;
        field := number >> 3;
        content := substring(message from at + 1 for size::integer);
        at := at + size::integer;
        return next;
    end loop;
end $$;

-- A model is known by its id, which never changes, and by its name, which may hold any character and can be changed.
-- A model that was deleted keeps its id, its versions and their history; its name is free again.
alter table model
    add column name        text collate "C",
    add column delete_time timestamptz;
update model set name = id;
alter table model alter column name set not null;
create unique index model_by_name on model (name) where delete_time is null;

create table model_tag (
    model text collate "C" not null references model (id),
    key   text collate "C" not null,
    value text collate "C" not null,
    primary key (model, key)
);
insert into model_tag (model, key, value)
select model.id, tag.key, tag.value from model cross join jsonb_each_text(model.tags) as tag;
alter table model drop column tags;

-- A version that holds an ONNX model, a tokenizer or an ensemble has an artifact; another one is bytes that its source
-- names, and cannot be released.
alter table model_version
    alter column artifact drop not null,
    add column description      text not null default '',
    -- Where the files of the version lie, as the caller named it; null for one that was registered from an artifact.
    add column source           text collate "C",
    -- What the source comes to: another version or a logged model is named by its files.
    add column location         text,
    -- As the caller named it; `run` is the run of this registry that it means.
    add column run_id           text collate "C",
    add column run_link         text,
    add column logged_model     text collate "C",
    add column status           text not null default 'READY',
    add column status_message   text not null default '',
    -- What differs between this version's tensors and those of the one before, in words.
    add column signature_changes text not null default '',
    add column update_time      timestamptz,
    add column delete_time      timestamptz,
    -- From here on no release takes the version.
    add column retire_time      timestamptz,
    add column retire_reason    text not null default '',
    -- When somebody was told that it still serves after its time.
    add column retire_alert_time timestamptz;
update model_version set
    update_time = create_time,
    run_id = nullif(substring(run from '[^/]*$'), ''),
    description = coalesce(
        (select convert_from(content, 'UTF8') from pg_temp.fields(model_version.content) where field = 2), '');
alter table model_version alter column update_time set not null;
create index version_of_stage on model_version (model, stage, number desc) where delete_time is null;
create index version_to_retire on model_version (retire_time) where stage <> 'ARCHIVED' and delete_time is null;

create table model_version_tag (
    model  text collate "C" not null,
    number bigint not null,
    key    text collate "C" not null,
    value  text collate "C" not null,
    primary key (model, number, key),
    foreign key (model, number) references model_version (model, number)
);
insert into model_version_tag (model, number, key, value)
select version.model, version.number,
    convert_from((select content from pg_temp.fields(tag.content) where field = 1), 'UTF8'),
    coalesce(convert_from((select content from pg_temp.fields(tag.content) where field = 2), 'UTF8'), '')
from model_version version cross join pg_temp.fields(version.content) tag
where tag.field = 11;

-- Names for versions that can be given to another version at any time.
create table model_alias (
    model  text collate "C" not null,
    alias  text collate "C" not null,
    number bigint not null,
    primary key (model, alias),
    foreign key (model, number) references model_version (model, number)
);
create index alias_of_version on model_alias (model, number);

-- The files that a version is made of, as they were when it was registered. While a row is here the file of that path
-- can be neither overwritten nor deleted.
create table model_version_file (
    model      text collate "C" not null,
    number     bigint not null,
    path       text collate "C" not null,
    sha256     text collate "C" not null,
    size_bytes bigint not null,
    primary key (model, number, path),
    foreign key (model, number) references model_version (model, number)
);
create index version_of_file on model_version_file (path);

-- Every move of a version between stages, and how long it stayed: the row of a version at a moment is the one whose
-- time is not after it and whose end is.
create table stage_change (
    id            bigint generated always as identity primary key,
    model         text collate "C" not null,
    number        bigint      not null,
    from_stage    text        not null,
    to_stage      text        not null,
    -- PROMOTION, TRANSITION, REPLACEMENT, ARCHIVAL, RETIREMENT or DELETION.
    cause         text        not null,
    -- Id of the attempt that passed the gate; null where no gate was asked.
    promotion     bigint references promotion (id),
    gate_decision text        not null,
    comment       text        not null,
    changed_by    text        not null,
    time          timestamptz not null,
    until         timestamptz,
    foreign key (model, number) references model_version (model, number)
);
create index stage_change_of_model on stage_change (model, id desc);
create index stage_at_time on stage_change (to_stage, time, until);
create unique index stage_of_version on stage_change (model, number) where until is null;
insert into stage_change (model, number, from_stage, to_stage, cause, promotion, gate_decision, comment, changed_by,
    time, until)
select model, number, from_stage, to_stage, 'PROMOTION', id, gate_decision, comment, requested_by, time,
    lead(time) over (partition by model, number order by id)
from promotion where state = 'PASSED' order by id;
