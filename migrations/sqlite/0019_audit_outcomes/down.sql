DROP TABLE ferro_audit_outcome;
