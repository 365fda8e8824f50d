DROP INDEX ferro_ticket_message_ticket_id;
DROP TABLE ferro_withdrawal;
