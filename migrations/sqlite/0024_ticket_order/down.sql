DROP INDEX ferro_ticket_updated_at;
