-- Lists of the console as an operator wants to find them again: what was filtered and sorted by, and a name.
CREATE TABLE ferro_saved_view (
    id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
    admin_id integer NOT NULL,
    list varchar NOT NULL,
    name varchar NOT NULL,
    query text NOT NULL,
    created_at integer NOT NULL
);

CREATE UNIQUE INDEX ferro_saved_view_name ON ferro_saved_view (admin_id, list, name);
