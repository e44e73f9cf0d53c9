import FoundationEssentials
import Testing

@testable import Schema

@Suite struct UUIDv7Tests {
    @Test func carriesVersionVariantAndClock() {
        let before = Timestamp.now()
        let words = UUIDv7.next().words
        #expect(words.high >> 12 & 0xF == 7)
        #expect(words.low >> 62 == 0b10)
        // The counter may run ahead of the clock when other tests make many ids, but never behind it.
        #expect(Int64(words.high >> 16) >= before.microseconds / 1000)
    }

    /// RFC 9562, appendix A.6.
    @Test func laysOutTheExampleOfTheRFC() {
        let uuid = UUIDv7.make(counter: 0x017F_22E2_79B0 << 12 | 0xCC3, random: 0x18C4_DC0C_0C07_398F)
        #expect(uuid.uuidString == "017F22E2-79B0-7CC3-98C4-DC0C0C07398F")
        #expect(uuid.lowercaseText == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
    }

    @Test func growsInEveryTaskAndNeverRepeats() async {
        let ids = await withTaskGroup(of: [UUID].self) { group in
            for _ in 0..<8 {
                group.addTask { (0..<10_000).map { _ in UUIDv7.next() } }
            }
            return await group.reduce(into: [[UUID]]()) { $0.append($1) }
        }
        for made in ids {
            #expect(zip(made, made.dropFirst()).allSatisfy { $0.words < $1.words })
        }
        #expect(Set(ids.joined()).count == 80_000)
    }

    @Test func wordsAndUUIDConvertBothWays() {
        let uuid = UUID()
        let words = uuid.words
        #expect(UUID(high: words.high, low: words.low) == uuid)
        #expect(uuid.lowercaseText == uuid.uuidString.lowercased())
    }
}
