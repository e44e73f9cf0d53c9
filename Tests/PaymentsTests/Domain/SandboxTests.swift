import Foundation
import Schema
import Testing

@testable import Payments

/// The test cards do what docs/sandbox.md says.
@Suite struct SandboxTests {
    @Test func everyTestCardIsDocumentedAndPassesLuhn() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let document = try String(contentsOf: root.appending(path: "docs/sandbox.md"), encoding: .utf8)
        for (number, scenario) in SandboxScenario.numbers {
            #expect(document.contains("| \(number) "), "\(scenario)")
            if let decline = scenario.decline { #expect(document.contains("`\(decline.code)`")) }
            #expect(isLuhn(number), "\(number)")
        }
    }

    @Test func otherNumbersAreApproved() {
        #expect(SandboxScenario(number: "4111111111111111") == .approve)
        #expect(SandboxScenario(number: "378282246310005").decline == nil)
    }

    @Test func aTokenTellsWhatItDoesAndNothingOfTheCard() {
        let token = SandboxScenario.declineSaved.token(for: TransactionID())
        #expect(SandboxScenario(token: token).decline == .generic)
        #expect(SandboxScenario(token: SandboxScenario.slow.token(for: TransactionID())) == .approve)
        #expect(!token.contains("0341"))
    }

    private func isLuhn(_ number: String) -> Bool {
        let sum = number.reversed().compactMap(\.wholeNumberValue).enumerated().reduce(0) { sum, digit in
            let value = digit.offset.isMultiple(of: 2) ? digit.element : digit.element * 2
            return sum + (value > 9 ? value - 9 : value)
        }
        return sum.isMultiple(of: 10)
    }
}
