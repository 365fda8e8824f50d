-- Lists of the console as an operator wants to find them again: what was filtered and sorted by, and a name.
CREATE TABLE ferro_saved_view (
    id bigserial PRIMARY KEY,
    admin_id bigint NOT NULL,
    list varchar(32) NOT NULL,
    name varchar(60) NOT NULL,
    query text NOT NULL,
    created_at bigint NOT NULL
);

CREATE UNIQUE INDEX ferro_saved_view_name ON ferro_saved_view (admin_id, list, name);
