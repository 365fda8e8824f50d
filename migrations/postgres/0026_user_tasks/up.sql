-- What administrators do with many users, as far as it has come; and whose statistics go with a user.
CREATE TABLE ferro_user_task (
    id bigserial PRIMARY KEY,
    work varchar(16) NOT NULL,
    users text NOT NULL,
    subject text,
    content text,
    admin_id bigint NOT NULL,
    position bigint,
    done bigint NOT NULL DEFAULT 0,
    holder varchar(64) NOT NULL,
    leased_until bigint NOT NULL,
    created_at bigint NOT NULL,
    finished_at bigint
);

CREATE INDEX ferro_user_task_finished_at ON ferro_user_task (finished_at);
CREATE INDEX ferro_stat_user_user_id ON v2_stat_user (user_id, record_at);
