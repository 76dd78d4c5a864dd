-- Sum of the labels, each taken as a reward between 0 and 1.
alter table quality_window add column rewards double precision not null default 0;
update quality_window set rewards = (select coalesce(sum(positive), 0) from unnest(positives) as positive);

alter table canary
    -- The canary's share of the requests.
    add column percent integer not null default 0,
    -- penstock.registry.v1.Bandit; null where rewards do not split the traffic.
    add column bandit  bytea;
