import Schema

/// How many profiles consent adds a second, and how many consents of people it did not know it takes, each with its entry
/// in the ledger.
struct ConsentWrites {
    let stack: BenchStack
    let seconds: Int

    func measure() async throws -> [Figure] {
        let profile = WritePath(
            name: "profile upsert", service: .consent, path: "/v1/profiles", script: "profile-upsert",
            variables: [
                "attributes": String(repeating: "a", count: 180), "payload": String(repeating: "p", count: 760),
            ])
        let consent = WritePath(
            name: "opt-in, in the ledger", service: .consent, path: "/v1/subscriptions/opt-in", script: "opt-in",
            variables: [
                "proof": String(repeating: "o", count: 190), "personal": String(repeating: "q", count: 330),
                "created": String(repeating: "p", count: 560), "granted": String(repeating: "g", count: 520),
            ])
        return [
            try await profile.measure(on: stack, seconds: seconds),
            try await consent.measure(on: stack, seconds: seconds),
        ]
    }
}
