import ServiceKit
import Synchronization
import Testing

@Suite struct RecentValuesTests {
    /// What is read, and how often.
    private final class Source: Sendable {
        private let state = Mutex((value: Int?.some(1), reads: 0))

        var reads: Int { state.withLock { $0.reads } }

        func set(_ value: Int?) { state.withLock { $0.value = value } }

        func read() -> Int? {
            state.withLock { state in
                state.reads += 1
                return state.value
            }
        }
    }

    @Test func `a value is read once within its life, and again when it was forgotten`() async {
        let source = Source()
        let recent = RecentValues<String, Int>(life: .seconds(3600))
        for _ in 0..<3 { #expect(await recent.value(for: "a") { source.read() } == 1) }
        source.set(2)
        #expect(await recent.value(for: "a") { source.read() } == 1)
        #expect(source.reads == 1)
        recent.forget("a")
        #expect(await recent.value(for: "a") { source.read() } == 2)
        #expect(source.reads == 2)
    }

    @Test func `a value whose life is over is read again`() async {
        let source = Source()
        let recent = RecentValues<String, Int>(life: .zero)
        #expect(await recent.value(for: "a") { source.read() } == 1)
        source.set(2)
        #expect(await recent.value(for: "a") { source.read() } == 2)
    }

    @Test func `that there is none is not kept`() async {
        let source = Source()
        source.set(nil)
        let recent = RecentValues<String, Int>(life: .seconds(3600))
        #expect(await recent.value(for: "a") { source.read() } == nil)
        source.set(3)
        #expect(await recent.value(for: "a") { source.read() } == 3)
    }

    @Test func `more than there is room for are read anew`() async {
        let source = Source()
        let recent = RecentValues<Int, Int>(life: .seconds(3600), capacity: 2)
        for key in 1...3 { _ = await recent.value(for: key) { source.read() } }
        #expect(await recent.value(for: 3) { source.read() } == 1)
        #expect(source.reads == 3)
        _ = await recent.value(for: 1) { source.read() }
        #expect(source.reads == 4)
    }
}
