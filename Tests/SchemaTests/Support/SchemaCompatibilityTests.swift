import Schema
import Testing

/// The checker itself, on pairs that it must tell apart.
@Suite struct SchemaCompatibilityTests {
    private let base: JSONValue = [
        "type": "object", "required": ["id", "lines"],
        "properties": [
            "id": ["type": "string", "pattern": "^ord_"],
            "note": ["type": "string"],
            "state": ["type": "string", "enum": ["a", "b"]],
            "status": ["type": "string", "x-extensible-enum": ["a", "b"]],
            "buyer": ["type": "object", "x-sealed": ["type": "object", "properties": ["name": ["type": "string"]]]],
            "lines": [
                "type": "array",
                "items": [
                    "type": "object", "required": ["quantity"],
                    "properties": ["quantity": ["type": "integer"], "sku": ["type": "string"]],
                ],
            ],
        ],
    ]

    /// The base with the value at a path replaced, or removed where it is nil.
    private func changed(_ path: [String], to replacement: JSONValue?) -> JSONValue {
        func change(_ value: JSONValue, _ path: ArraySlice<String>) -> JSONValue {
            guard let name = path.first, case .object(var members) = value else { return replacement ?? value }
            if path.count == 1 {
                members[name] = replacement
            } else {
                members[name] = change(members[name] ?? [:], path.dropFirst())
            }
            return .object(members)
        }
        return change(base, path[...])
    }

    @Test(
        arguments: [
            ["properties", "new"]: ["type": "string"],
            ["properties", "note"]: nil,
            ["properties", "note", "description"]: "For people.",
            ["title"]: "Order",
            ["required"]: ["lines", "id"],
            ["properties", "status", "x-extensible-enum"]: ["c", "b", "a"],
            ["properties", "lines", "items", "properties", "colour"]: ["type": "string"],
            ["properties", "buyer", "x-sealed", "properties", "email"]: ["type": "string"],
        ] as [[String]: JSONValue?])
    func accepts(path: [String], replacement: JSONValue?) {
        let other = changed(path, to: replacement)
        #expect(other != base || path == ["required"])
        #expect(SchemaCompatibility.violations(from: base, to: other) == [])
    }

    @Test(
        arguments: [
            ["type"]: "array",
            ["additionalProperties"]: false,
            ["required"]: ["id", "lines", "note"],
            ["properties", "id", "type"]: "integer",
            ["properties", "id", "pattern"]: "^lst_",
            ["properties", "note"]: [:],
            ["properties", "note", "maxLength"]: 10,
            ["properties", "note", "type"]: ["string", "null"],
            ["properties", "state", "enum"]: ["a"],
            ["properties", "state"]: ["type": "string"],
            ["properties", "status", "x-extensible-enum"]: ["a", "c"],
            ["properties", "status"]: ["type": "string"],
            ["properties", "buyer"]: ["type": "object"],
            ["properties", "buyer", "x-sealed", "properties", "name", "type"]: "integer",
            ["properties", "lines", "items"]: [
                "type": "object", "required": ["quantity"], "properties": ["quantity": [:]],
            ],
            ["properties", "lines", "items", "required"]: [],
            ["properties", "lines", "items", "required"]: ["quantity", "sku"],
            ["properties", "lines", "items", "properties", "quantity", "type"]: "number",
        ] as KeyValuePairs<[String], JSONValue>)
    func rejectsInBothDirections(path: [String], replacement: JSONValue) {
        let other = changed(path, to: replacement)
        #expect(SchemaCompatibility.violations(from: base, to: other).count == 1)
        #expect(SchemaCompatibility.violations(from: other, to: base).count == 1)
    }

    /// A wider closed enumeration breaks old readers, a narrower one breaks new readers.
    @Test func rejectsAWiderEnum() {
        let wider = changed(["properties", "state", "enum"], to: ["a", "b", "c"])
        #expect(SchemaCompatibility.violations(from: base, to: wider).count == 1)
    }

    @Test func aNewRequiredMemberMustHaveADefault() {
        func version(_ member: JSONValue) -> JSONValue {
            ["type": "object", "required": ["a"], "properties": ["a": member]]
        }
        let empty: JSONValue = ["type": "object", "required": [], "properties": [:]]
        #expect(SchemaCompatibility.violations(from: empty, to: version(["type": "string"])).count == 1)
        #expect(SchemaCompatibility.violations(from: empty, to: version(["type": "string", "default": ""])) == [])
        #expect(SchemaCompatibility.violations(from: version(["type": "string"]), to: empty).count == 1)
        #expect(SchemaCompatibility.violations(from: version(["type": "string", "default": ""]), to: empty) == [])
    }

    @Test func comparesWithEveryEarlierVersion() {
        let dropped = changed(["properties", "note"], to: nil)
        let back = changed(["properties", "note"], to: ["type": "integer"])
        #expect(SchemaCompatibility.violations(history: [base, dropped]) == [])
        #expect(SchemaCompatibility.violations(history: [dropped, back]) == [])
        let violations = SchemaCompatibility.violations(history: [base, dropped, back])
        #expect(violations == [#"v1 → v3: $.note: type changed from "string" to "integer""#])
    }
}
