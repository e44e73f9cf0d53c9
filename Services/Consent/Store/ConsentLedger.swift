import Messaging
import Postgres
import Schema

/// The only way to write to the consent ledger.
struct ConsentLedger: Sendable {
    let store: ConsentEntryStore
    /// Wakes the job that puts entries into their account's tree.
    let signal = WakeSignal()

    init(database: PostgresDatabase) {
        store = ConsentEntryStore(database: database)
    }

    /// Adds entries with the transaction's other statements, without a round trip of their own. They are leaves of
    /// their account's tree soon after the commit, in the order in which a person's entries were appended, as long as
    /// whoever appends holds the person's row lock.
    ///
    /// - Throws: `EncodingError`.
    func append(_ entries: [ConsentEntry], in transaction: PostgresTransaction) throws {
        guard !entries.isEmpty else { return }
        for entry in entries {
            store.insert(entry, try ConsentCommitment(to: entry.personal), in: transaction)
        }
        transaction.afterCommit { [signal] in signal.wake() }
    }

    /// A person's entries, the one that occurred first first.
    func history(of person: CustomerID, account: AccountID) async throws -> [ConsentEntry] {
        try await store.entries(of: person, account: account)
    }

    /// Gives a person's entries to the person that they have been joined with. What the entries committed to stays: it
    /// names the person who gave the consent then.
    func move(
        from person: CustomerID, to other: CustomerID, of account: AccountID, in transaction: PostgresTransaction
    ) {
        store.move(from: person, to: other, of: account, in: transaction)
    }

    /// Destroys all that tells who a person's entries are about, and the salts that would let it be tried out. The
    /// entries stay in the tree, which still verifies.
    func forget(_ person: CustomerID, of account: AccountID, in transaction: PostgresTransaction) {
        store.forget(person, of: account, in: transaction)
    }
}
