import Edge
import Foundation
import Schema

/// What a fresh stack shows: the demo account's keys and a few watches for sale.
struct DemoData {
    let client: ManagementClient
    let secrets: Secrets

    /// Publishes the listings and registers the keys, unless that was done before: what has been sold stays sold.
    func publish() async throws {
        let known = Set(try await client.keys().map(\.id))
        let missing = DialectName.allCases.filter { !known.contains(secrets.demoKeyID($0)) }
        if missing.isEmpty { return }
        let listings = try JSONDecoder().decode(
            [String: JSONValue].self, from: Data(contentsOf: URL(fileURLWithPath: Repository.demoListings)))
        for (externalID, listing) in listings.sorted(by: { $0.key < $1.key }) {
            try await client.send("PUT", "/listings/\(externalID)", body: try JSONEncoder().encode(listing))
        }
        for dialect in missing {
            let principal = Secrets.demoPrincipal(
                dialect, account: secrets.demoAccount, keyID: secrets.demoKeyID(dialect))
            try await client.register(RegisteredKey(principal, name: "Demo, \(dialect.rawValue)"))
        }
    }
}
