DROP INDEX ferro_ledger_created_at ON ferro_ledger;

DROP INDEX ferro_ledger_user ON ferro_ledger;

DROP TABLE IF EXISTS ferro_receipt_year;

DROP TABLE IF EXISTS ferro_receipt;
