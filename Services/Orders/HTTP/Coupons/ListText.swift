import Edge
import Schema

/// A list as an array or, in a field of a form, as JSON text: `[1, 2, 3]`. Entries may be written as texts or numbers.
struct ListText<Element: Decodable & LosslessStringConvertible & Sendable>: Decodable, Sendable {
    let elements: [Element]

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let text = try? container.decode(String.self) else {
            elements = try [Element](from: decoder)
            return
        }
        guard let value = try? JSONValue(parsing: Array(text.utf8), maximumDepth: 2), case .array(let entries) = value
        else { throw Self.mismatch(decoder) }
        elements = try entries.map { entry in
            let text: String? =
                switch entry {
                case .string(let text): text
                case .number(let number): number.text
                default: nil
                }
            guard let element = text.flatMap({ Element($0) }) else { throw Self.mismatch(decoder) }
            return element
        }
    }

    private static func mismatch(_ decoder: any Decoder) -> DecodingError {
        .typeMismatch([Any].self, .init(codingPath: decoder.codingPath, debugDescription: ""))
    }
}
