import FoundationEssentials
import Schema
import Testing

@testable import Edge

@Suite struct PageRequestTests {
    private struct Row { let id = UUIDv7.next() }

    private static let time = Timestamp(microseconds: 1_700_000_000_000_000)

    private func request(_ query: String) throws -> PageRequest {
        var dealer = RouteGroup(WatchTraderHub())
        dealer.get("/orders") { _ in .noContent }
        return try PageRequest(APIRequest(route: dealer.routes[0], query: query, principal: .anonymous))
    }

    private func cursor(after query: String) throws -> (text: String, last: UUID) {
        let rows = [Row(), Row(), Row()]
        let page = try request(query).page(of: rows, id: \.id, updatedAt: { _ in Self.time })
        return (try #require(page.nextCursor), rows[1].id)
    }

    /// A cursor alone goes on with the changes, instead of beginning with the newest.
    @Test func theCursorKnowsItsWalk() throws {
        let changes = try cursor(after: "updated_after=2020-01-01&limit=2")
        let next = try request("after=\(changes.text)")
        #expect(next.changedAfter?.time == Self.time)
        #expect(next.changedAfter?.id == changes.last)

        let newest = try cursor(after: "limit=2")
        let rest = try request("after=\(newest.text)&updated_after=2020-01-01")
        #expect(rest.changedAfter == nil)
        #expect(rest.before == newest.last)
    }

    @Test func aForeignCursorIsTheFaultOfAfter() {
        #expect(throws: Cursor.invalid("after")) { try request("after=garbage") }
        let foreign = Cursor.encode(fields: ["old", "1", UUID().uuidString])
        #expect(throws: Cursor.invalid("after")) { try request("after=\(foreign)") }
    }
}
