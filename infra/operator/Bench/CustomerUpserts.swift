import Edge
import Schema

/// How many upserts of customers the clienteling API accepts a second. What it has accepted is done meanwhile as far as that
/// gives way to who asks, and the rest afterwards.
struct CustomerUpserts {
    let stack: BenchStack
    let seconds: Int

    func measure() async throws -> [Figure] {
        let path = WritePath(
            name: "clienteling upsert accepted", service: .consent, path: "/v2/public/customers",
            script: "customer-upsert", dialect: .retailOS, variables: ["payload": String(repeating: "p", count: 330)])
        return [try await path.measure(on: stack, seconds: seconds)]
    }
}
