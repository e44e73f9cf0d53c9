import Schema

/// Environments that a service starts with.
enum Environments {
    /// Every required variable, with values that look like real ones.
    static let complete = [
        "CARAVAN_DATABASE_URL": "postgresql://caravan_orders:swordfish@127.0.0.1:5432/caravan",
        "CARAVAN_KAFKA_BROKERS": "127.0.0.1:9092",
        "CARAVAN_KEY_PUBLIC": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        "CARAVAN_DATA_KEYS": "k1:\(DataKeyring.generateKey())",
        "CARAVAN_LEDGER_KEYS": DataKeyring.generateKey(),
    ]

    /// The complete environment with some variables replaced, or removed with `nil`.
    static func with(_ changes: [String: String?]) -> [String: String] {
        complete.merging(changes.compactMapValues { $0 }) { _, new in new }
            .filter { changes[$0.key] != .some(nil) }
    }
}
