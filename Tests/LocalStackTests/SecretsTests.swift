import Foundation
import LocalStack
import TestKit
import Testing

@Suite struct SecretsTests {
    /// Keys that were lost would leave the database and the topics unreadable.
    @Test func anExistingFileIsKept() async throws {
        let file = try TemporaryDirectory.make("secrets") + "/.env"
        let command = ChildProcess.Command(
            try BuiltProducts.path(of: "caravan-operator"), ["secrets", "--file", file])
        try await ChildProcess.run(command)
        let first = try String(contentsOfFile: file, encoding: .utf8)
        #expect(first.contains("CARAVAN_DATA_KEYS="))
        try await ChildProcess.run(command)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == first)
    }
}
