DROP TABLE ferro_audit_change;
