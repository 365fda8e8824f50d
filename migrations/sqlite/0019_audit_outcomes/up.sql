-- How a request of an administrator ended: the status of its answer. A request without a row here was not answered.
CREATE TABLE ferro_audit_outcome (
    audit_id integer NOT NULL PRIMARY KEY,
    status integer NOT NULL,
    answered_at integer NOT NULL
);
