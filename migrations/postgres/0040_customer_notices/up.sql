-- What customers want to be told, and where; and messages on their way into chats.
CREATE TABLE ferro_notice_choice (
    user_id bigint NOT NULL PRIMARY KEY,
    channel varchar(16) NULL,
    payment bigint NOT NULL,
    renewal bigint NOT NULL,
    ticket bigint NOT NULL,
    login bigint NOT NULL,
    updated_at bigint NOT NULL
);

CREATE TABLE ferro_chat_message (
    id bigserial PRIMARY KEY,
    chat_id bigint NOT NULL,
    content text NOT NULL,
    status bigint NOT NULL DEFAULT 0,
    attempts bigint NOT NULL DEFAULT 0,
    next_attempt_at bigint NOT NULL DEFAULT 0,
    leased_until bigint NOT NULL DEFAULT 0,
    last_error varchar(255) NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);

CREATE INDEX ferro_chat_message_due ON ferro_chat_message (status, next_attempt_at);
