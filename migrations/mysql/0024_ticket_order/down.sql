DROP INDEX ferro_ticket_updated_at ON v2_ticket;
