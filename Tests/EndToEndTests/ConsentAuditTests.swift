import Foundation
import LocalStack
import Postgres
import Schema
import TestKit
import Testing

/// The whole way of a consent: given over the API, signed, taken home by the operator's tool, and proven there.
@Suite struct ConsentAuditTests {
    @Test func aConsentIsExportedAndProvenOffline() async throws {
        let stack = try await SharedStack.value()
        let key = try await stack.keys()["noticia"] ?? ""
        let client = APIClient(baseURL: stack.baseURL, authorization: nil)
        let run = UInt32.random(in: 0...9_999)
        let phones = (0..<5).map { "+3366\(1_000_000 + Int(run) * 10 + $0)" }
        for (number, phone) in phones.enumerated() {
            let reply = try await client.send(
                "POST", "/v1/subscriptions/opt-in",
                body: [
                    "phone_number": .string(phone), "consent_source": "WEB_FORM",
                    "profile_id": .string("audit-\(run)-\(number)"), "consent_proof": ["terms_version": "v2.3"],
                ], headers: ["x-api-key": key])
            #expect(reply.status == 201, "\(reply.text)")
        }
        let directory = try TemporaryDirectory.make("audit")
        let first = directory + "/first.ndjson"
        try await eventually("all of them are signed") {
            try await caravan("export", first, "--directory", stack.directory)
            let history = try String(contentsOfFile: first, encoding: .utf8)
            return phones.allSatisfy { history.contains("\"\($0)\"") }
        }
        let proven = try await caravan(
            "verify", first, "--checkpoint", first + ".checkpoint", "--key", first + ".key")
        #expect(proven.contains("the history is whole"))

        // Deleted people are forgotten; the tree still verifies, also against what was signed before.
        let deleted = try await client.send("DELETE", "/v1/profiles/audit-\(run)-0", headers: ["x-api-key": key])
        #expect(deleted.status == 204)
        let second = directory + "/second.ndjson"
        try await caravan("export", second, "--directory", stack.directory)
        #expect(!(try String(contentsOfFile: second, encoding: .utf8).contains(phones[0])))
        let arguments = ["--checkpoint", second + ".checkpoint", "--key", first + ".key"]
        let continued = try await caravan(["verify", second] + arguments + ["--earlier", first + ".checkpoint"])
        #expect(continued.contains("the history is whole"))

        // Behind the service's back, another number takes a consent over.
        let database = try stack.database()
        let changed = try await database.execute(
            """
            UPDATE consent.consent_entries SET personal = replace(personal, \(phones[1]), '+33699999999')
            WHERE personal LIKE '%' || \(phones[1])::text || '%'
            """)
        #expect(changed == 1)
        let third = directory + "/third.ndjson"
        try await caravan("export", third, "--directory", stack.directory)
        await #expect(throws: LocalStackError.self) { try await caravan(["verify", third] + arguments) }
        let output = try await ChildProcess.run(
            .init(
                "/bin/sh",
                ["-c", "\"$0\" consent verify \"$@\" || true"] + [
                    try BuiltProducts.path(of: "caravan-operator"), third,
                ] + arguments))
        #expect(output.contains("altered: the personal part of leaf"))
        #expect(output.contains("it is not what was signed"))
        try await database.execute(
            """
            UPDATE consent.consent_entries SET personal = replace(personal, '+33699999999', \(phones[1]))
            WHERE personal LIKE '%+33699999999%'
            """)
        await database.shutdown()
    }

    @discardableResult
    private func caravan(_ arguments: String...) async throws -> String { try await caravan(arguments) }

    @discardableResult
    private func caravan(_ arguments: [String]) async throws -> String {
        try await ChildProcess.run(.init(try BuiltProducts.path(of: "caravan-operator"), ["consent"] + arguments))
    }
}
