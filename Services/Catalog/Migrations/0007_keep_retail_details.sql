-- What the clienteling API knows of products and stores beside what all APIs do: a JSON object.
ALTER TABLE listings ADD COLUMN retail text;
ALTER TABLE stores ADD COLUMN retail text;
