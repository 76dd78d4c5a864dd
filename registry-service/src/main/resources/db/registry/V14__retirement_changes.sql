-- Who set, moved or took back the date of a version's retirement, and why. Versions that were retired before have no row.
create table retirement_change (
    id          bigint generated always as identity primary key,
    model       text collate "C" not null,
    number      bigint      not null,
    -- Null where the retirement was taken back.
    retire_time timestamptz,
    reason      text        not null,
    changed_by  text        not null,
    time        timestamptz not null,
    foreign key (model, number) references model_version (model, number)
);
create index retirement_change_of_version on retirement_change (model, number, id desc);
