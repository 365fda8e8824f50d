-- What administrators do with many users, as far as it has come; and whose statistics go with a user.
CREATE TABLE ferro_user_task (
    id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
    work varchar NOT NULL,
    users text NOT NULL,
    subject text,
    content text,
    admin_id integer NOT NULL,
    position integer,
    done integer NOT NULL DEFAULT 0,
    holder varchar NOT NULL,
    leased_until integer NOT NULL,
    created_at integer NOT NULL,
    finished_at integer
);

CREATE INDEX ferro_user_task_finished_at ON ferro_user_task (finished_at);
CREATE INDEX ferro_stat_user_user_id ON v2_stat_user (user_id, record_at);
