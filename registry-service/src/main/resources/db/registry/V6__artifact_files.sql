-- Bytes that came by themselves stay; those that came as a file go when nothing names them any more.
alter table artifact add column permanent boolean not null default true;

-- Names for bytes: the files of runs, of logged models, and whatever else clients keep. The path is the whole one below
-- `mlflow-artifacts/artifacts/`. Directories are nothing but beginnings of paths.
create table artifact_file (
    path        text collate "C" primary key,
    sha256      text collate "C" not null references artifact (sha256),
    size_bytes  bigint      not null,
    update_time timestamptz not null,
    updated_by  text        not null
);
create index file_of_bytes on artifact_file (sha256);
create index version_of_bytes on model_version_file (sha256);

-- A file that comes in parts, until it is complete, aborted or expired.
create table multipart_upload (
    upload_id   text collate "C" primary key,
    path        text collate "C" not null,
    num_parts   integer     not null,
    expire_time timestamptz not null,
    created_by  text        not null
);
create index upload_by_expiry on multipart_upload (expire_time);

create table multipart_part (
    upload_id  text collate "C" not null references multipart_upload (upload_id),
    number     integer not null,
    sha256     text collate "C" not null references artifact (sha256),
    size_bytes bigint  not null,
    primary key (upload_id, number)
);
create index part_of_bytes on multipart_part (sha256);

-- Bytes that lost a name: the sweep looks whether they have another, and drops those that have none.
create table loose_artifact (
    sha256 text collate "C" primary key,
    since  timestamptz not null
);
create index loose_by_age on loose_artifact (since);

-- Artifacts that were found altered on the disk; an alarm was raised for each once. Gone when the bytes came anew.
create table tampered_artifact (
    sha256      text collate "C" primary key,
    detail      text        not null,
    detect_time timestamptz not null
);
