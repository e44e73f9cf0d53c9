/// The names of the consent ledger's metrics.
enum LedgerMetric {
    /// Counter: entries that became leaves of their account's tree.
    static let leaves = "caravan_consent_leaves_total"
    /// Counter: checkpoints signed.
    static let checkpoints = "caravan_consent_checkpoints_total"
    /// Gauge: accounts whose stored tree contradicts itself; anything above zero needs a person.
    static let damaged = "caravan_consent_trees_damaged"
}

/// The keys of its log lines.
enum LedgerLogKey {
    static let error = "error"
    static let account = "account"
}
