-- What was not found when a database of Xboard was adopted, so that the way back does not make it.
CREATE TABLE ferro_adoption (
    item varchar(191) NOT NULL PRIMARY KEY
);
