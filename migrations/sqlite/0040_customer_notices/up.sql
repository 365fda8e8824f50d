-- What customers want to be told, and where; and messages on their way into chats.
CREATE TABLE ferro_notice_choice (
    user_id integer NOT NULL PRIMARY KEY,
    channel varchar NULL,
    payment integer NOT NULL,
    renewal integer NOT NULL,
    ticket integer NOT NULL,
    login integer NOT NULL,
    updated_at integer NOT NULL
);

CREATE TABLE ferro_chat_message (
    id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
    chat_id integer NOT NULL,
    content text NOT NULL,
    status integer NOT NULL DEFAULT 0,
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at integer NOT NULL DEFAULT 0,
    leased_until integer NOT NULL DEFAULT 0,
    last_error varchar NULL,
    created_at integer NOT NULL,
    updated_at integer NOT NULL
);

CREATE INDEX ferro_chat_message_due ON ferro_chat_message (status, next_attempt_at);
