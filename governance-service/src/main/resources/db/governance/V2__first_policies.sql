-- The gates that every suite starts with. They are ordinary policies: a new revision replaces them.
insert into gate_policies (name, revision, description, criteria, update_time, updated_by) values
('staging', 1, 'What a version needs before it may be tried: its artifact is what was uploaded.',
$policy$[
  {"id": "artifact_verified",
   "description": "The stored artifact has the SHA-256 that the version names",
   "expression": "artifact.verified"}
]$policy$, now(), 'penstock'),
('production', 1, 'What a version needs before it may decide about people and planes.',
$policy$[
  {"id": "signature_matches_features",
   "description": "The version has a signature, and the features bound to it have the names and types that it asks for",
   "expression": "version.has_signature && (!features.bound || features.signature_matches)"},
  {"id": "auc_above_baseline",
   "description": "AUC is above the AUC of the version in production, or above 0.5 where there is none",
   "expression": "baseline.present ? version.metrics.auc > baseline.metrics.auc : version.metrics.auc > 0.5"},
  {"id": "artifact_verified",
   "description": "The stored artifact has the SHA-256 that the version names",
   "expression": "artifact.verified"},
  {"id": "approved_by_other",
   "description": "Someone other than the author approved it",
   "expression": "approvals.exists(a, a.approver != version.author)"}
]$policy$, now(), 'penstock');
