-- What a charge's tax is made of, by who levies it: JSON of TaxParts; null where nobody knows. Written with the tax, and read
-- where the charge is told of.
ALTER TABLE transactions ADD COLUMN tax_parts text;
