import Crypto
import Foundation
import TestKit

/// A card that a test pays with, by digits that occur nowhere else.
struct MarkedCard: Sendable {
    let number: String
    /// The security code. Few digits stand anywhere by chance, so it is looked for where it is a value: in quotes, or
    /// behind a name that such a field has. Begin it with a zero, as no number does that stands in quotes itself.
    let code: String
}

/// What must not be left of cards: their numbers and codes, as they are or in a dress that whoever finds it can take off.
struct CardTraces: Sendable {
    /// Something that was found.
    struct Finding: Hashable, Sendable {
        /// The file's name, without its folder.
        let file: String
        let text: String
    }

    private let texts: [String]

    init(of cards: [MarkedCard]) {
        texts = cards.flatMap { card -> [String] in
            var texts = Self.dresses(of: card.number) + Self.groupings(of: card.number)
            texts += Self.digests(of: card.number)
            // Encoded, the quotes alone would be too little to tell it from what is random.
            texts += ["\"\(card.code)\""] + Self.dresses(of: ":\"\(card.code)\"") + Self.fields(with: card.code)
            // What is no code at all can be looked for anywhere.
            if Int(card.code) == nil { texts += Self.dresses(of: card.code) }
            return texts
        }
    }

    /// Looks through all files below folders, binary ones too.
    func found(below folders: [String]) async throws -> Set<Finding> {
        try await Self.search(folders, for: texts)
    }

    /// The names of the files that hold a text.
    static func files(below folders: [String], containing text: String) async throws -> Set<String> {
        Set(try await search(folders, for: [text]).map(\.file))
    }

    private static func search(_ folders: [String], for texts: [String]) async throws -> Set<Finding> {
        let patterns = try TemporaryDirectory.make("traces") + "/patterns"
        try texts.joined(separator: "\n").write(toFile: patterns, atomically: true, encoding: .utf8)
        // Status 1 says that nothing was found.
        let search = """
            LC_ALL=C grep --recursive --text --fixed-strings --only-matching --with-filename --null --file "$@" \
                || [ $? = 1 ]
            """
        let output = try await ChildProcess.run(
            ChildProcess.Command("/bin/sh", ["-c", search, "sh", patterns] + folders))
        let findings = output.split(separator: "\n").map { line in
            let parts = line.split(separator: "\0", maxSplits: 1).map(String.init)
            return Finding(file: (parts[0] as NSString).lastPathComponent, text: parts.last ?? "")
        }
        return Set(findings)
    }

    /// A text as it is, in hexadecimal digits, and in base64 wherever in the encoded bytes it stands.
    private static func dresses(of text: String) -> [String] {
        let hex = hexadecimal(Array(text.utf8))
        let base64 = (0..<3).map { offset in
            let bytes = [UInt8](repeating: 0, count: offset) + Array(text.utf8)
            // What depends on the bytes before and behind is left out.
            return String(
                Data(bytes).base64EncodedString().prefix(bytes.count * 8 / 6).dropFirst((offset * 8 + 5) / 6))
        }
        return [text, hex, hex.uppercased()] + base64
    }

    /// As buyers type it and receipts print it.
    private static func groupings(of number: String) -> [String] {
        let lengths = number.count == 15 ? [4, 6, 5] : [4, 4, 4, 4]
        var rest = number[...]
        let groups = lengths.map { length in
            defer { rest = rest.dropFirst(length) }
            return rest.prefix(length)
        }
        return [" ", "-", "+", "%20"].map { groups.joined(separator: $0) }
    }

    /// There are few enough card numbers to try a plain digest out on all.
    private static func digests(of number: String) -> [String] {
        let digest = Array(SHA256.hash(data: Array(number.utf8)))
        return [hexadecimal(digest), Data(digest).base64EncodedString()]
    }

    private static func fields(with code: String) -> [String] {
        let names = ["cvv", "cvc", "cvv2", "code", "verification_value", "verificationValue"]
        let separators = ["=", ": ", ":", "\":", "\": ", "]=", "%5D=", "\\\":\\\"", "\\\": \\\""]
        return names.flatMap { name in separators.map { name + $0 + code } }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { String(format: "%02x", $0) }.joined()
    }
}
