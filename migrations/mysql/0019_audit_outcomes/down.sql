DROP TABLE IF EXISTS ferro_audit_outcome;
