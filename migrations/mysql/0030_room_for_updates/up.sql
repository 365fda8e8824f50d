-- A row that is updated stays where it is: there is nothing to do here (ADR 0041 is about PostgreSQL).

SELECT 1;
