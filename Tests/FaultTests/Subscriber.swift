import Schema
import TestKit

/// A client of the CRM's API that opts numbers in, some of them out again, and repeats every request until it is answered.
actor Subscriber {
    private let client: APIClient
    private let key: String
    /// The first digits of its numbers, different from other subscribers'.
    private let prefix: String
    private var generator: SeededGenerator
    /// How often each number's consent was acknowledged to have changed.
    private(set) var acknowledged: [String: Int] = [:]
    /// Answers that no client should get, whatever was killed.
    private(set) var complaints: [String] = []
    private var isStopping = false

    init(prefix: String, client: APIClient, key: String, seed: UInt64) {
        self.prefix = prefix
        self.client = client
        self.key = key
        generator = SeededGenerator(seed: seed)
    }

    var count: Int { acknowledged.values.reduce(0, +) }

    /// Ends between two requests: one that was cancelled half-way might have had its effect unnoticed.
    func stop() { isStopping = true }

    func run(maximum: Int, pace: Pace) async throws {
        for number in 1000..<(1000 + maximum) where !isStopping {
            try await pace.next()
            let phone = "\(prefix)\(number)"
            let person = "crm\(prefix.dropFirst())-\(number)"
            try await send(
                "opt-in", phone, expecting: 201,
                ["phone_number": .string(phone), "consent_source": "WEB_FORM", "profile_id": .string(person)])
            if Int.random(in: 0..<4, using: &generator) == 0 {
                try await send("opt-out", phone, expecting: 200, ["phone_number": .string(phone)])
            }
        }
    }

    private func send(_ operation: String, _ phone: String, expecting status: Int, _ body: JSONValue) async throws {
        let headers = ["x-api-key": key, "Idempotency-Key": "\(operation)-\(phone)"]
        var answer: APIClient.Reply?
        try await eventually(timeout: .seconds(60), "an answer to the \(operation) of \(phone)") {
            guard
                let reply = try? await client.send(
                    "POST", "/v1/subscriptions/\(operation)", body: body, headers: headers)
            else { return false }
            // In flight means: the first try is still running somewhere, perhaps on a replica that is being killed.
            let isInFlight = reply.status == 409 && reply.headers["retry-after"] != nil
            if reply.status == 429 || reply.status >= 502 || isInFlight { return false }
            answer = reply
            return true
        }
        guard let answer, answer.status == status else {
            complaints.append("\(operation) was answered \(answer?.status ?? 0): \(answer?.text ?? "")")
            return
        }
        acknowledged[phone, default: 0] += 1
    }
}
