import Testing

@testable import Postgres

@Suite struct StatementCacheTests {
    @Test func preparesOnce() {
        var cache = StatementCache()
        #expect(cache.lookup("a") == .prepare(name: "s1", evicting: nil))
        #expect(cache.lookup("a") == .ready(name: "s1"))
        #expect(cache.lookup("b") == .prepare(name: "s2", evicting: nil))
    }

    @Test func evictsTheLeastRecentlyUsed() {
        var cache = StatementCache(capacity: 2)
        _ = cache.lookup("a")
        _ = cache.lookup("b")
        _ = cache.lookup("a")
        #expect(cache.lookup("c") == .prepare(name: "s3", evicting: "s2"))
        #expect(cache.lookup("a") == .ready(name: "s1"))
        #expect(cache.count == 2)
    }

    @Test func neverGivesANameTwice() {
        var cache = StatementCache()
        _ = cache.lookup("a")
        cache.remove("a")
        #expect(cache.lookup("a") == .prepare(name: "s2", evicting: nil))
        cache.removeAll()
        #expect(cache.lookup("a") == .prepare(name: "s3", evicting: nil))
    }
}
