-- The event log: topics, their events, and what each consumer group has finished. Lives in a schema of its own, so that it may share
-- a database with others.

create table topic (
  number      int generated always as identity primary key,
  name        text not null unique,
  -- The offset of the next event. Its row lock is held while a batch is written, so offsets have no gaps and become visible in order.
  next_offset bigint not null default 0,
  -- Payload bytes held, kept beside the events so that retention by size needs no scan.
  bytes       bigint not null default 0
) with (fillfactor = 20);

create table event (
  topic       int not null,
  log_offset  bigint not null,
  id          text not null,
  type        text not null,
  source      text not null,
  key         text not null,
  time        timestamptz not null,
  headers     jsonb not null,
  payload     bytea not null,
  appended_at timestamptz not null default clock_timestamp(),
  primary key (topic, log_offset)
);

-- A hash index costs a fraction of a unique B-tree on random ids, and the row lock of the topic makes check-then-insert safe.
create index event_id on event using hash (id);

create table consumer_group (
  topic       int not null,
  name        text not null,
  next_offset bigint not null default 0,
  updated_at  timestamptz not null default clock_timestamp(),
  primary key (topic, name)
) with (fillfactor = 20);

-- Every append updates its topic and every batch read updates its group: without this the rows' dead versions pile up.
alter table topic set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
alter table consumer_group set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- Appends a batch in one round trip and says how many events were new. Events whose id the topic holds already are passed over.
-- The lock comes in a statement of its own: the next statement then sees everything that was committed before it.
create function append_events(
  topic_name text, ids text[], types text[], sources text[], keys text[], times timestamptz[], header_objects text[], payloads bytea[])
returns bigint language plpgsql as $$
declare
  topic_number int;
  first_offset bigint;
  added bigint;
  added_bytes bigint;
begin
  select t.number, t.next_offset into topic_number, first_offset from event_log.topic t where t.name = topic_name for no key update;
  if not found then
    insert into event_log.topic (name) values (topic_name) on conflict (name) do nothing;
    select t.number, t.next_offset into topic_number, first_offset from event_log.topic t where t.name = topic_name for no key update;
  end if;
  with given as (
    select * from unnest(ids, types, sources, keys, times, header_objects, payloads)
      with ordinality as g (id, type, source, key, time, headers, payload, place)
  ), fresh as (
    select g.*, row_number() over (order by g.place) - 1 as step from given g
    where not exists (select from event_log.event e where e.id = g.id and e.topic = topic_number)
      and not exists (select from given earlier where earlier.id = g.id and earlier.place < g.place)
  ), inserted as (
    insert into event_log.event (topic, log_offset, id, type, source, key, time, headers, payload)
    select topic_number, first_offset + step, id, type, source, key, time, headers::jsonb, payload from fresh
    returning octet_length(payload) as size
  )
  select count(*), coalesce(sum(size), 0) into added, added_bytes from inserted;
  update event_log.topic t set next_offset = first_offset + added, bytes = t.bytes + added_bytes where t.number = topic_number;
  return added;
end $$;
