DROP TABLE ferro_adoption;
