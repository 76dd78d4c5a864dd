-- The index over the audit log. The log on disk is the truth; these rows make it searchable and can be made again from it.
create table audit_entries (
  leaf_index  bigint primary key,
  event_id    uuid not null unique,
  leaf_hash   bytea not null,
  append_time timestamptz not null,
  event_time  timestamptz not null,
  service     text not null,
  method      text not null,
  principal   text not null,
  trace_id    text not null,
  -- Compared byte by byte, so that "everything below a/b" is one range.
  resource    text collate "C" not null
);

create index audit_entries_principal on audit_entries (principal, leaf_index desc);
create index audit_entries_resource on audit_entries (resource, leaf_index desc);
create index audit_entries_method on audit_entries (method, leaf_index desc);
create index audit_entries_trace on audit_entries (trace_id, leaf_index desc) where trace_id <> '';
create index audit_entries_time on audit_entries (event_time);

-- Events that cannot become entries. Never deleted here: a person looks at them.
create table audit_quarantine (
  topic_partition int not null,
  topic_offset    bigint not null,
  event_id        text not null,
  reason          text not null,
  payload         bytea not null,
  quarantine_time timestamptz not null,
  primary key (topic_partition, topic_offset)
);

-- One row: counts up with every change of roles, bindings and keys, so that followers see that there was one.
create table access_revision (
  only_row boolean primary key default true check (only_row),
  revision bigint not null
);
insert into access_revision (revision) values (1);

create table roles (
  name        text primary key,
  description text not null,
  permissions text[] not null
);

create table bindings (
  id          uuid primary key,
  principal   text not null,
  role        text not null,
  create_time timestamptz not null,
  created_by  text not null,
  unique (principal, role)
);
create index bindings_role on bindings (role);

create table api_keys (
  id            uuid primary key,
  secret_sha256 bytea not null unique,
  principal     text not null,
  roles         text[] not null,
  create_time   timestamptz not null,
  expire_time   timestamptz not null,
  revoke_time   timestamptz
);
create index api_keys_active on api_keys (expire_time) where revoke_time is null;

create table approvals (
  id            uuid primary key,
  subject       text not null,
  action        text not null,
  approver      text not null,
  comment       text not null,
  create_time   timestamptz not null,
  expire_time   timestamptz not null,
  withdraw_time timestamptz
);
create index approvals_subject on approvals (subject, create_time desc, id desc);
create index approvals_all on approvals (create_time desc, id desc);

-- Every revision of every policy: a decision can be replayed under the one that it was made under.
create table gate_policies (
  name        text not null,
  revision    bigint not null,
  description text not null,
  -- [{"id", "description", "expression"}]
  criteria    jsonb not null,
  update_time timestamptz not null,
  updated_by  text not null,
  primary key (name, revision)
);

create table gate_decisions (
  id              uuid primary key,
  policy          text not null,
  policy_revision bigint not null,
  subject         text not null,
  action          text not null,
  passed          boolean not null,
  -- [{"id", "description", "expression", "met", "detail"}]
  criteria        jsonb not null,
  -- Canonical JSON, as text: what was hashed.
  facts           text not null,
  digest          text not null,
  decision_time   timestamptz not null,
  requested_by    text not null,
  foreign key (policy, policy_revision) references gate_policies (name, revision)
);
create index gate_decisions_subject on gate_decisions (subject, decision_time desc, id desc);
create index gate_decisions_all on gate_decisions (decision_time desc, id desc);
