-- What a request of an administrator changed: JSON objects of the values before and after, without secrets.
CREATE TABLE ferro_audit_change (
    audit_id bigint NOT NULL PRIMARY KEY,
    before_values text NOT NULL,
    after_values text NOT NULL
);
