-- What few items have: the parts of a bundle, a tax that the price contains. JSON of ItemParticulars; null for all others.
ALTER TABLE checkout_items ADD COLUMN particulars text;
