DROP TABLE changes;
DROP TABLE heads;
DROP TABLE networks;
