public import FoundationEssentials

extension String: SchemaDescribing {
    public static var schema: JSONSchema { JSONSchema(["type": "string"]) }
}

extension Bool: SchemaDescribing {
    public static var schema: JSONSchema { JSONSchema(["type": "boolean"]) }
}

extension Int: SchemaDescribing {
    public static var schema: JSONSchema { Int64.schema }
}

extension Int64: SchemaDescribing {
    public static var schema: JSONSchema { JSONSchema(["type": "integer", "format": "int64"]) }
}

extension Decimal: SchemaDescribing {
    public static var schema: JSONSchema { JSONSchema(["type": "number"]) }
}

extension Array: SchemaDescribing where Element: SchemaDescribing {
    public static var schema: JSONSchema { JSONSchema(["type": "array", "items": Element.schema.document]) }
}

extension JSONValue: SchemaDescribing {
    /// Accepts everything.
    public static var schema: JSONSchema { JSONSchema([:]) }
}

extension Timestamp: SchemaDescribing {
    public static var schema: JSONSchema { JSONSchema(["type": "string", "format": "date-time"]) }
}

extension ID: SchemaDescribing {
    public static var schema: JSONSchema {
        JSONSchema([
            "type": "string",
            "pattern": .string("^\(Subject.idPrefix)_[0-7][0-9a-hjkmnp-tv-z]{25}$"),
        ])
    }
}

extension Currency: SchemaDescribing {
    public static var schema: JSONSchema {
        JSONSchema(["type": "string", "pattern": "^[A-Z]{3}$", "title": "ISO 4217 currency code"])
    }
}

extension Money: SchemaDescribing {
    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.minorUnits, Int64.self, "The amount in the currency's minor units, such as cents."),
            .required(CodingKeys.currency, Currency.self, "The currency."),
        ])
    }
}

extension Sealed: SchemaDescribing where Value: SchemaDescribing {
    public static var schema: JSONSchema {
        JSONSchema.object([
            .required(CodingKeys.keyID, String.self, "Which key of the data keyring opens the value."),
            .required(
                CodingKeys.ciphertext, String.self,
                "Base64 of nonce, AES-256-GCM ciphertext of the value's JSON, and tag; the key's name is authenticated."
            ),
        ]).with("x-sealed", Value.schema.document)
    }
}

extension UUID: SchemaDescribing {
    public static var schema: JSONSchema { JSONSchema(["type": "string", "format": "uuid"]) }
}
