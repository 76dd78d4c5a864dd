-- MLflow clients register versions whose files lie elsewhere: there is nothing here to verify, and nothing that could be served.
-- They may be tried, as before. A policy that somebody has changed stays as it is.
insert into gate_policies (name, revision, description, criteria, update_time, updated_by)
select 'staging', 2, 'What a version needs before it may be tried: its artifact, where the registry has it, is what was uploaded.',
$policy$[
  {"id": "artifact_verified",
   "description": "The stored artifact has the SHA-256 that the version names, or the version's files lie elsewhere",
   "expression": "artifact.verified || !artifact.held"}
]$policy$, now(), 'penstock'
where (select max(revision) from gate_policies where name = 'staging') = 1;
