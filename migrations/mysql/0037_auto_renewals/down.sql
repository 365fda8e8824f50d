DROP TABLE IF EXISTS ferro_renewal_attempt;

DROP TABLE IF EXISTS ferro_renewal;

DROP TABLE IF EXISTS ferro_auto_renewal;
