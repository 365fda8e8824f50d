DROP TABLE ferro_renewal_attempt;

DROP TABLE ferro_renewal;

DROP TABLE ferro_auto_renewal;
