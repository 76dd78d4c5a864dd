-- What monitoring knows about live traffic. Every count is a sum of what its events contributed, each event once:
-- `prediction` and `label` remember what has been counted, in the transaction that counts it.

-- Adds two count arrays element by element; the shorter one is padded with zeros.
create function add_counts(a bigint[], b bigint[]) returns bigint[]
  language sql immutable parallel safe as $$
  select coalesce(array_agg(coalesce(x, 0) + coalesce(y, 0) order by i), '{}')
  from unnest(a, b) with ordinality as pair (x, y, i)
$$;

-- Every model version that was ever seen. A narrow key for the tables below.
create table monitored_version (
  version_id integer generated always as identity primary key,
  model text not null,
  version text not null,
  -- penstock.registry.v1.DatasetProfile; null while the registry has not been asked.
  baseline bytea,
  -- AUC that the version showed when it was registered.
  baseline_auc double precision,
  unique (model, version)
);

-- How far a version's events have come.
create table version_activity (
  version_id integer primary key,
  -- Greatest event time seen, never ahead of the time of serving.
  watermark timestamptz not null,
  predictions_at timestamptz not null,
  labels_at timestamptz not null
);

create table traffic_window (
  version_id integer not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  -- penstock.event.v1.Variant
  variant smallint not null,
  release_revision bigint not null,
  requests bigint not null,
  prediction_rows bigint not null,
  errors bigint not null,
  -- Buckets of LatencyHistogram.
  latency bigint[] not null,
  score_sum double precision not null,
  score_count bigint not null,
  first_served timestamptz not null,
  last_served timestamptz not null,
  primary key (version_id, window_start, window_end, variant, release_revision)
);

create table column_window (
  version_id integer not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  -- penstock.monitoring.v1.ColumnKind
  kind smallint not null,
  column_name text not null,
  -- Bins of the version's baseline.
  counts bigint[] not null,
  missing bigint not null,
  value_sum double precision not null,
  value_count bigint not null,
  exemplar_trace_id text not null,
  -- How far out the exemplar lies; -1 without one.
  exemplar_distance double precision not null,
  primary key (version_id, window_start, window_end, kind, column_name)
);

create table quality_window (
  version_id integer not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  variant smallint not null,
  release_revision bigint not null,
  labels bigint not null,
  -- Scores of rows that turned out positive, and negative, by score bin.
  positives bigint[] not null,
  negatives bigint[] not null,
  correct bigint not null,
  squared_error double precision not null,
  primary key (version_id, window_start, window_end, variant, release_revision)
);

-- Predictions that have been counted, with what the label join needs.
create table prediction (
  prediction_id uuid primary key,
  version_id integer not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  variant smallint not null,
  release_revision bigint not null,
  -- One little-endian double a row; empty where the request failed.
  scores bytea not null,
  received_at timestamptz not null
);
create index prediction_received_at on prediction (received_at);

create table label (
  prediction_id uuid not null,
  row_index integer not null,
  label double precision not null,
  observed_at timestamptz not null,
  -- The label as it is in quality_window now; null while its prediction has not come.
  counted double precision,
  received_at timestamptz not null,
  primary key (prediction_id, row_index)
);
create index label_received_at on label (received_at);

-- The place of a version in its sequence of drift tests; its row is the lock of whoever judges.
create table drift_sequence (
  version_id integer primary key,
  batches bigint not null,
  discoveries bigint not null
);

create table drift_window (
  version_id integer not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  skipped text not null,
  judged_at timestamptz not null,
  primary key (version_id, window_start, window_end)
);

create table column_drift (
  version_id integer not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  kind smallint not null,
  column_name text not null,
  test text not null,
  reference_count bigint not null,
  window_count bigint not null,
  statistic double precision not null,
  p_value double precision not null,
  threshold double precision not null,
  significant boolean not null,
  js_distance double precision not null,
  psi double precision not null,
  effect_floor double precision not null,
  drifted boolean not null,
  reference_mean double precision not null,
  window_mean double precision not null,
  exemplar_trace_id text not null,
  skipped text not null,
  primary key (version_id, window_start, window_end, kind, column_name, test)
);

-- What is firing now.
create table alert_state (
  version_id integer not null,
  kind text not null,
  -- The column that drifted; empty for what concerns the whole version.
  subject text not null,
  firing boolean not null,
  -- The window of the last judgement; an older one changes nothing.
  window_start timestamptz not null,
  since timestamptz not null,
  primary key (version_id, kind, subject)
);

-- Every notification, newest last, and how its delivery to the webhook stands.
create table alert_notification (
  sequence bigint generated always as identity primary key,
  alert_id uuid not null unique,
  model text not null,
  -- penstock.event.v1.AlertEvent
  event bytea not null,
  created_at timestamptz not null,
  delivery text not null check (delivery in ('none', 'pending', 'delivered', 'abandoned')),
  attempts integer not null,
  next_attempt_at timestamptz not null
);
create index alert_notification_model on alert_notification (model, sequence);
create index alert_notification_pending on alert_notification (next_attempt_at) where delivery = 'pending';

-- Canaries that run now, as the registry's releases say.
create table canary (
  model text primary key,
  canary_version text not null,
  primary_version text not null,
  -- The first revision in which this canary ran beside this primary; its evidence starts there.
  start_revision bigint not null,
  revision bigint not null,
  started_at timestamptz not null,
  -- penstock.registry.v1.CanaryCriteria
  criteria bytea not null
);

create table canary_verdict (
  sequence bigint generated always as identity primary key,
  verdict_id uuid not null unique,
  model text not null,
  release_revision bigint not null,
  -- penstock.event.v1.CanaryVerdict
  event bytea not null,
  created_at timestamptz not null,
  unique (model, release_revision)
);
