-- Where a key's requests must come from, as CIDR writes it; NULL for anywhere. The token says it too, and that counts.
ALTER TABLE api_keys ADD COLUMN allowed_addresses text[];
