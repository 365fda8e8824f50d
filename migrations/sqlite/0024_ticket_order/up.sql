-- The list of tickets of administrators, the latest changed first.
CREATE INDEX ferro_ticket_updated_at ON v2_ticket (updated_at);
