DROP INDEX ferro_ledger_created_at;

DROP INDEX ferro_ledger_user;

DROP TABLE ferro_receipt_year;

DROP TABLE ferro_receipt;
