import Schema
import Synchronization

/// Opens sealed cards. Private keys are read when the first card sealed to them comes, and kept in memory until they are
/// destroyed.
final class CardVault: Sendable {
    private let keys: CardKeyStore
    private let openers = Mutex<[String: CardOpener]>([:])

    init(keys: CardKeyStore) {
        self.keys = keys
    }

    /// The card that was sealed for a charge.
    ///
    /// - Returns: nil if it cannot be read: sealed to a key that is destroyed, for another charge, or changed.
    /// - Throws: When the key cannot be looked up now.
    func open(_ sealed: SealedCard, for transaction: TransactionID) async throws -> CardDetails? {
        guard let opener = try await opener(sealed.keyID) else { return nil }
        return try? opener.open(sealed, for: transaction)
    }

    /// Forgets the keys that are not among these: whichever replica has destroyed them, all must.
    func keep(only ids: [CardKeyID]) {
        let names = Set(ids.map(\.description))
        openers.withLock { openers in openers = openers.filter { names.contains($0.key) } }
    }

    private func opener(_ keyID: String) async throws -> CardOpener? {
        if let known = openers.withLock({ $0[keyID] }) { return known }
        guard let id = CardKeyID(keyID), let found = try await keys.opener(id) else { return nil }
        openers.withLock { $0[keyID] = found }
        return found
    }
}
