alter table release_revision
    -- penstock.registry.v1.Bandit; null where percentages split the traffic.
    add column bandit  bytea,
    -- The kill switch.
    add column stopped boolean not null default false;
