import Postgres
import Schema
import Testing

@testable import Payments

/// Keys that cards are sealed to: rotated, retired, destroyed.
@Suite struct CardKeyTests {
    private func rotate(
        _ till: Till, at time: Timestamp
    ) async throws -> (destroyed: [CardKeyID], left: [CardKeyID]) {
        try await till.charging.keys.rotate(
            life: .seconds(3600), retention: .seconds(600), overlap: .seconds(60), at: time)
    }

    @Test func whatWasSealedToADestroyedKeyIsGone() async throws {
        try await Till.with(runs: false) { till in
            let now = Timestamp.now()
            let vault = CardVault(keys: till.charging.keys)
            let id = TransactionID()
            let old = try await till.sealer()
            let sealed = try old.seal(Samples.card(), for: id)
            #expect(try await rotate(till, at: now + .seconds(3601)).destroyed == [])
            #expect(try await till.sealer().keyID != old.keyID)
            #expect(try await vault.open(sealed, for: id) == Samples.card())

            #expect(try await rotate(till, at: now + .seconds(3700)).destroyed == [])
            #expect(try await till.events(of: old.keyID) == ["card_key_activated", "card_key_retired"])
            #expect(try await vault.open(sealed, for: id) != nil)

            let (destroyed, left) = try await rotate(till, at: now + .seconds(4400))
            #expect(destroyed.map(\.description) == [old.keyID])
            #expect(left.map(\.description) == [try await till.sealer().keyID])
            vault.keep(only: left)
            #expect(try await vault.open(sealed, for: id) == nil)
            let kept = try await till.database.query("SELECT private_key FROM card_keys WHERE id = \(destroyed[0])")
            #expect(try kept.first?["private_key", as: String?.self] == nil)
        }
    }

    /// A key that one replica has destroyed must not live on in the memory of another.
    @Test func everyReplicaForgetsADestroyedKey() async throws {
        try await Till.with(runs: false) { till in
            let now = Timestamp.now()
            let id = TransactionID()
            let sealed = try await till.sealer().seal(Samples.card(), for: id)
            let other = CardVault(keys: till.charging.keys)
            #expect(try await other.open(sealed, for: id) != nil)
            for seconds in [3601, 3700, 4400] { _ = try await rotate(till, at: now + .seconds(seconds)) }
            // The other replica's own look comes too late to destroy anything.
            let (destroyed, left) = try await rotate(till, at: now + .seconds(4401))
            #expect(destroyed == [])
            other.keep(only: left)
            #expect(try await other.open(sealed, for: id) == nil)
        }
    }

    @Test func anotherReplicaMakesNoSecondKey() async throws {
        try await Till.with(runs: false) { till in
            let later = Timestamp.now() + .seconds(3601)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<5 { group.addTask { _ = try await rotate(till, at: later) } }
                try await group.waitForAll()
            }
            let row = try await till.database.query("SELECT count(*) AS count FROM card_keys").first
            #expect(try row?["count", as: Int.self] == 2)
        }
    }
}
