create table entity (
  entity_id   text collate "C" primary key,
  description text not null,
  create_time timestamptz not null,
  created_by  text not null
);

-- A view keeps its entity for life. Its row is the lock under which the next version gets its number.
create table feature_view (
  view_id   text collate "C" primary key,
  entity_id text collate "C" not null references entity
);

-- Immutable. The small surrogate id stands in every stored row in place of name and number.
create table feature_view_version (
  version_id  integer generated always as identity primary key,
  view_id     text collate "C" not null references feature_view,
  version     integer not null,
  owner       text not null,
  description text not null,
  ttl_us      bigint,
  create_time timestamptz not null,
  created_by  text not null,
  unique (view_id, version)
);

create table feature_spec (
  version_id  integer not null references feature_view_version,
  position    integer not null,
  name        text collate "C" not null,
  type        text not null,
  description text not null,
  nullable    boolean not null,
  min_value   double precision,
  max_value   double precision,
  allowed     text[] not null,
  primary key (version_id, position)
);

-- Everything that was ever known, append-only. Times are microseconds since 1970; `packed` is laid out by PackedRow. The primary key
-- is the order in which rows win, so the answer as of a time is the first entry of a backward scan. No foreign key: it
-- would cost a lookup per row, and versions are never deleted.
create table feature_history (
  version_id integer not null,
  entity_key text collate "C" not null,
  event_us   bigint not null,
  known_us   bigint not null,
  sequence   bigint generated always as identity (cache 1),
  packed     bytea not null,
  primary key (version_id, entity_key, event_us, known_us, sequence)
);

-- Plans are kept for as long as statistics stand. A table analysed while tiny would be scanned by plans that outlive its
-- growth, so there are no statistics before there is substance: without them the planner takes the index.
alter table feature_history set (autovacuum_analyze_threshold = 10000, autovacuum_vacuum_threshold = 10000,
  autovacuum_vacuum_insert_threshold = 10000);

-- The winner of each key. Room in the pages lets updates stay off the index.
create table feature_online (
  version_id integer not null,
  entity_key text collate "C" not null,
  event_us   bigint not null,
  known_us   bigint not null,
  sequence   bigint not null,
  packed     bytea not null,
  primary key (version_id, entity_key)
) with (fillfactor = 80, autovacuum_analyze_threshold = 10000, autovacuum_vacuum_threshold = 10000,
  autovacuum_vacuum_insert_threshold = 10000);

-- Rows that did not pass, exactly as they came (a serialised penstock.feature.v1.FeatureRow); the digest makes a repeat one row.
create table quarantined_row (
  id         bigint generated always as identity primary key,
  view_id    text collate "C" not null references feature_view,
  digest     text collate "C" not null,
  wire       bytea not null,
  reason     text not null,
  detail     text not null,
  time       timestamptz not null,
  check_time timestamptz not null,
  unique (view_id, digest)
);

-- A replay takes the rows that have waited longest since they were last looked at.
create index quarantined_row_by_check on quarantined_row (view_id, check_time, id);
create index quarantined_row_by_id on quarantined_row (view_id, id);
