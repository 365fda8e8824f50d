-- What was not found when a database of Xboard was adopted, so that the way back does not make it.
CREATE TABLE ferro_adoption (
    item varchar NOT NULL PRIMARY KEY
);
