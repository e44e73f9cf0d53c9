import Schema

extension JSONValue {
    /// A member of a member: `["data", "tax_amount"]`; elements of arrays by their number.
    subscript(_ first: String, _ second: String, _ rest: String...) -> JSONValue? {
        ([first, second] + rest).reduce(self) { value, name in
            if case .array(let elements)? = value, let index = Int(name) {
                return elements.indices.contains(index) ? elements[index] : nil
            }
            return value?[name]
        }
    }

    /// A number's text.
    var numberText: String? {
        if case .number(let number) = self { number.text } else { nil }
    }
}
