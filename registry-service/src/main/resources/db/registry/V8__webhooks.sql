-- Who is told of changes. The secret is encrypted with a key that is not in the database.
create table webhook (
    number      bigint generated always as identity primary key,
    id          uuid   not null unique,
    name        text   not null,
    description text,
    url         text   not null,
    -- `registered_model.created` and so on, as the caller ordered them.
    events      text[] not null,
    status      text   not null,
    secret      bytea,
    create_ms   bigint not null,
    update_ms   bigint not null
);

-- What happened, once, as it is told to everybody; written in the transaction of the change.
create table webhook_event (
    id   bigint generated always as identity primary key,
    type text        not null,
    body text        not null,
    time timestamptz not null
);

-- One event for one webhook. PENDING, DELIVERED or DEAD; numbers of one webhook and entity are in commit order.
create table webhook_delivery (
    number          bigint generated always as identity primary key,
    id              uuid        not null unique default gen_random_uuid(),
    webhook         uuid        not null references webhook (id) on delete cascade,
    entity          text collate "C" not null,
    event           bigint      not null references webhook_event (id),
    state           text        not null default 'PENDING',
    attempts        int         not null default 0,
    response_status int,
    error_message   text,
    create_time     timestamptz not null,
    end_time        timestamptz
);
create index delivery_waiting on webhook_delivery (webhook, entity, number) where state = 'PENDING';
create index delivery_of_webhook on webhook_delivery (webhook, number desc);
create index delivery_dead on webhook_delivery (webhook, number) where state = 'DEAD';
create index delivery_done on webhook_delivery (end_time) where state = 'DELIVERED';
create index delivery_of_event on webhook_delivery (event);

-- What waits for one webhook about one entity; gone when nothing does. Whoever writes a delivery or ends one locks this
-- row first. `due` is when somebody may send the first of it, which after a claim is when that claim has run out.
create table webhook_queue (
    webhook uuid        not null references webhook (id) on delete cascade,
    entity  text collate "C" not null,
    due     timestamptz not null,
    claim   bigint      not null default 0,
    primary key (webhook, entity)
);
create index queue_due on webhook_queue (webhook, due);

-- Imports from running MLflow servers. Whoever works on one renews its lease; one whose lease is over is gone on with.
create table mlflow_import (
    number         bigint generated always as identity primary key,
    id             uuid        not null unique,
    base_url       text        not null,
    credentials    bytea,
    allow_private  boolean     not null,
    skip_artifacts boolean     not null,
    state          text        not null,
    counts         jsonb       not null default '{}',
    problems       text[]      not null default '{}',
    failure        text        not null default '',
    started_by     text        not null,
    create_time    timestamptz not null,
    update_time    timestamptz not null,
    lease          timestamptz not null
);
create unique index import_running on mlflow_import (base_url) where state = 'RUNNING';

-- What is whole and needs not be looked at again: the cursor of all imports from one server.
create table mlflow_imported (
    source    text not null,
    kind      text not null,
    source_id text collate "C" not null,
    local_id  text not null,
    primary key (source, kind, source_id)
);

-- A run is known by this tag from the moment it exists, so that one that was half imported is found.
create index run_by_import on run_tag (value) where key = 'penstock.import.source';
