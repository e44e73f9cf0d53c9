-- What the clienteling API knows of an order beside what all APIs do: a JSON object.
ALTER TABLE orders ADD COLUMN retail text;
