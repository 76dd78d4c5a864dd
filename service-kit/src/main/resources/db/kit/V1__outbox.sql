-- Events on their way to the event log. Written in the transaction of the change they speak of, at its end, so that of two changes that
-- touch the same rows the later one has the higher sequence; deleted once the log has them.
create table penstock_outbox (
  sequence bigint generated always as identity primary key,
  topic    text not null,
  id       text not null,
  type     text not null,
  source   text not null,
  key      text not null,
  time     timestamptz not null,
  headers  jsonb not null,
  payload  bytea not null
);

-- A queue lives in few pages if its dead rows go early.
alter table penstock_outbox set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
  autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000);
