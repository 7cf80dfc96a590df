DROP TABLE changes;
DROP TABLE heads;
DROP TABLE stheno_networks;
