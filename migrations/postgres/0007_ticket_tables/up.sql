-- Withdrawals, and the index by which the messages of a ticket are found. Times are Unix seconds, amounts cents.

-- What a ticket asks to be paid out. state: 0 requested, 1 released, 2 paid. While it is requested and its
-- ticket is open, the amount is reserved.
CREATE TABLE ferro_withdrawal (
    ticket_id bigint NOT NULL PRIMARY KEY,
    user_id bigint NOT NULL,
    amount bigint NOT NULL,
    method text NOT NULL,
    account text NOT NULL,
    state bigint NOT NULL DEFAULT 0,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE INDEX ferro_withdrawal_user_id_state ON ferro_withdrawal (user_id, state);

CREATE INDEX ferro_ticket_message_ticket_id ON v2_ticket_message (ticket_id);
