import Edge
import Foundation
import Schema

/// What a fresh stack shows: the demo account's keys, a few watches for sale, a campaign that sells straps, and ways to
/// pay.
struct DemoData {
    let client: ManagementClient
    let secrets: Secrets

    /// What the demo shop takes beside cards.
    private static let alternativePayments: [(id: Int, body: JSONValue)] = [
        (1, ["name": "PayPal", "payment_type": "paypal_wallet", "status": "active"]),
        (2, ["name": "Zelle", "payment_type": "zelle", "status": "active"]),
    ]

    /// Publishes the listings and the ways to pay and registers the keys, unless that was done before: what has been
    /// sold stays sold.
    func publish() async throws {
        let known = Set(try await client.keys().map(\.id))
        let missing = DialectName.allCases.filter { !known.contains(secrets.demoKeyID($0)) }
        if missing.isEmpty { return }
        try await put(Repository.demoListings, below: "/listings")
        try await put(Repository.demoCampaigns, below: "/campaigns")
        for (id, payment) in Self.alternativePayments {
            try await client.send("PUT", "/alternative-payments/\(id)", body: try JSONEncoder().encode(payment))
        }
        // Zero, as in the examples of the brand API.
        try await client.send("PUT", "/brand", body: Data("{\"number\": 0}".utf8))
        for dialect in missing {
            let principal = Secrets.demoPrincipal(
                dialect, account: secrets.demoAccount, keyID: secrets.demoKeyID(dialect))
            try await client.register(RegisteredKey(principal, name: "Demo, \(dialect.rawValue)"))
        }
    }

    /// Publishes each member of a file's object under its name.
    private func put(_ file: String, below path: String) async throws {
        let members = try JSONDecoder().decode(
            [String: JSONValue].self, from: Data(contentsOf: URL(fileURLWithPath: file)))
        for (id, member) in members.sorted(by: { $0.key < $1.key }) {
            try await client.send("PUT", "\(path)/\(id)", body: try JSONEncoder().encode(member))
        }
    }
}
