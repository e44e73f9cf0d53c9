import Foundation
import Schema
import TestKit
import Testing

/// Whole stacks in which things are killed while they work. One after the other: each has the machine to itself.
@Suite(.serialized) struct FaultSuite {
    /// The seed of this run; `CARAVAN_FAULT_SEED` repeats one.
    static func seed() -> UInt64 {
        let given = ProcessInfo.processInfo.environment["CARAVAN_FAULT_SEED"].flatMap(UInt64.init)
        let seed = given ?? .random(in: 0...99_999)
        print("fault tests: CARAVAN_FAULT_SEED=\(seed) repeats this run")
        return seed
    }

    /// Lends a stack with two replicas of each service.
    static func withStack(
        seed: UInt64, environment: [String: String] = [:], _ body: (RunningStack) async throws -> Void
    ) async throws {
        let stack = try await RunningStack.start(replicas: 2, environment: environment)
        do {
            try await body(stack)
        } catch {
            Issue.record(error, "seed \(seed); logs are in \(stack.directory)")
        }
        await stack.stop()
    }

    /// Waits until `total` has grown by so many.
    static func progress(by count: Int, of total: () async -> Int) async throws {
        let start = await total()
        try await eventually(timeout: .seconds(60), "\(count) more orders") { await total() >= start + count }
    }
}

extension APIClient {
    /// Repeats a POST until it gets an answer that is not about the moment.
    func insist(_ path: String, _ body: JSONValue?, headers: [String: String] = [:]) async throws -> Reply {
        var answer: Reply?
        try await eventually(timeout: .seconds(60), "an answer to \(path)") {
            guard let reply = try? await send("POST", path, body: body, headers: headers) else { return false }
            // In flight means: the first try is still running somewhere, perhaps on a replica that is being killed.
            let isInFlight = reply.status == 409 && reply.headers["retry-after"] != nil
            if reply.status == 429 || reply.status >= 502 || isInFlight { return false }
            answer = reply
            return true
        }
        guard let answer else { throw CancellationError() }
        return answer
    }

    /// As an administrator: no service has set an event aside.
    func expectNothingParked() async throws {
        for service in ServiceName.allCases {
            let parked = try await send("GET", "/admin/v1/services/\(service.rawValue)/parked-events")
            #expect(parked.status == 200, "\(parked.text)")
            #expect(try parked.json["data"]?.array == [], "\(service.rawValue)")
        }
    }
}

extension Sequence {
    /// The sum of what each element counts.
    func asyncSum(_ count: (Element) async -> Int) async -> Int {
        var sum = 0
        for element in self { sum += await count(element) }
        return sum
    }
}
