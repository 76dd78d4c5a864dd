-- Suites that the versions of a model are measured with. A deleted one stays, because its runs do.
create table benchmark_suite (
    model     text collate "C" not null references model (id),
    id        text collate "C" not null,
    revision  integer not null,
    -- penstock.registry.v1.BenchmarkSuite
    content   bytea   not null,
    data      text collate "C" not null references artifact (sha256),
    deleted   boolean not null default false,
    -- When the schedule is next due; null where there is none.
    next_time timestamptz,
    last_run  bigint  not null default 0,
    primary key (model, id)
);
create index benchmark_suite_due on benchmark_suite (next_time) where next_time is not null and not deleted;

create table benchmark_run (
    model       text collate "C" not null,
    suite       text collate "C" not null,
    number      bigint      not null,
    revision    integer     not null,
    version     bigint      not null,
    state       text        not null,
    -- penstock.registry.v1.BenchmarkRun
    content     bytea       not null,
    -- Doubles, one for each row; null until the run succeeded. Kept for comparisons row by row.
    predictions bytea,
    create_time timestamptz not null,
    primary key (model, suite, number),
    foreign key (model, suite) references benchmark_suite (model, id),
    foreign key (model, version) references model_version (model, number)
);
-- Asking twice is asking once.
create unique index benchmark_run_pending on benchmark_run (model, suite, revision, version) where state = 'PENDING';
create index benchmark_run_waiting on benchmark_run (create_time, model, suite, number) where state = 'PENDING';
create index benchmark_run_of_version on benchmark_run (model, version, suite, number desc) where state = 'SUCCEEDED';
