import FoundationEssentials

/// How the consent ledger is signed; the consent service's own rows of ``ConfigurationTable``.
public struct LedgerConfiguration: Sendable, Hashable {
    /// The deployment's name in checkpoints: a URL without a scheme. Each account's log is `origin/account`.
    public var origin: String
    /// The Ed25519 private keys that sign, 32 bytes each; empty in other services.
    public var keys: [[UInt8]]
    /// The public keys of earlier ones, 32 bytes each.
    public var retiredKeys: [[UInt8]]
    /// The least time between two checkpoints of an account.
    public var checkpointInterval: Duration

    init(_ reader: inout ConfigurationReader, isRead: Bool) {
        origin = reader.value(.ledgerOrigin, or: "", "a name such as shop.example/consent, without spaces and +") {
            text in
            text.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "+") } ? text : nil
        }
        keys = isRead ? reader.keys(.ledgerKeys) : []
        retiredKeys = reader.keys(.ledgerRetiredKeys)
        checkpointInterval = .milliseconds(reader.integer(.ledgerInterval, in: 10...3_600_000))
    }
}

extension ConfigurationReader {
    /// Base64 of 32 bytes each, separated by commas.
    fileprivate mutating func keys(_ key: ConfigurationKey) -> [[UInt8]] {
        value(key, or: [], "a list of keys, base64 of 32 bytes each, separated by commas") { text in
            let keys = text.split(separator: ",").map { Data(base64Encoded: String($0)).map(Array.init) ?? [] }
            return keys.allSatisfy { $0.count == 32 } ? keys : nil
        }
    }
}
