import Crypto
import Foundation
import TestKit
import Testing

/// The search for cards finds what it looks for.
@Suite struct CardTracesTests {
    private let card = MarkedCard(number: "4539817620394188", code: "0731")

    /// The texts, each in a file of its own, in which something is found.
    private func found(in texts: [String]) async throws -> Set<String> {
        let folder = try TemporaryDirectory.make("texts")
        for (name, text) in texts.enumerated() {
            try "before \(text) behind\0".write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
        }
        let findings = try await CardTraces(of: [card]).found(below: [folder])
        return Set(findings.compactMap { Int($0.file) }.map { texts[$0] })
    }

    @Test func whatIsThereIsFound() async throws {
        var texts = [
            "4539817620394188", "x4539817620394188y", "4539 8176 2039 4188", "4539-8176-2039-4188",
            "4539+8176+2039+4188", #"{"cvv":"0731"}"#, #"{"card_cvv": 0731}"#, "payment%5Bcard_cvv%5D=0731&x",
            "payment[card_cvv]=0731", #"verificationValue: "0731""#, #"\"card_cvv\":\"0731\""#,
            "34353339383137363230333934313838",
        ]
        for offset in 0..<6 {
            for secret in [card.number, #"{"number":"\#(card.number)"}"#, #"{"verification_value":"0731"}"#] {
                let prefix = String(repeating: "p", count: offset)
                texts.append(Data("\(prefix)\(secret) and more".utf8).base64EncodedString())
            }
        }
        let digest = Data(SHA256.hash(data: Data(card.number.utf8)))
        texts.append(digest.base64EncodedString())
        texts.append("\\x" + digest.map { String(format: "%02x", $0) }.joined())
        #expect(try await found(in: texts) == Set(texts))
    }

    @Test func whatMayBeThereIsNot() async throws {
        let texts = [
            "", "453981", "•••• 4188", "4539817620394187", "0731", "position 0731", "10731", #""07310""#, "txn-0731",
        ]
        #expect(try await found(in: texts) == [])
    }
}
