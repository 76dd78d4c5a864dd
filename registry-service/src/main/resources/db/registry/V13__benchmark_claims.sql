-- Evaluators take pending runs for a while. The token grows with every claim and every release, so that what comes from a
-- former holder is told apart.
alter table benchmark_run
    add column claim_token bigint  not null default 0,
    -- Nobody is given the run before then.
    add column claim_until timestamptz,
    add column attempts    integer not null default 0,
    -- What the last evaluator said that gave up.
    add column trouble     text;
