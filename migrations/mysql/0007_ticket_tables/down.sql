DROP INDEX ferro_ticket_message_ticket_id ON v2_ticket_message;
DROP TABLE ferro_withdrawal;
