DELETE FROM ferro_open_order;
DELETE FROM ferro_ledger WHERE kind = 'opening';
