-- A database for each service that holds one.
CREATE DATABASE registry OWNER penstock;
CREATE DATABASE feature OWNER penstock;
CREATE DATABASE monitoring OWNER penstock;
CREATE DATABASE governance OWNER penstock;
