import Schema
import Testing

@testable import Notifications

@Suite struct DispatchBoardTests {
    private let now = Timestamp(microseconds: 1_700_000_000_000_000)
    private let endpoint = WebhookEndpointID()

    private func board(capacity: Int = 100, width: Int = 32) -> DispatchBoard {
        DispatchBoard(capacity: capacity, maximumWidth: width)
    }

    /// Claims all that is allowed for endpoints that have no end of work. Answers how many requests each got.
    @discardableResult
    private func fill(
        _ board: inout DispatchBoard, _ endpoints: [WebhookEndpointID], at now: Timestamp? = nil
    ) -> [WebhookEndpointID: Int] {
        board.expect(endpoints)
        var counts: [WebhookEndpointID: Int] = [:]
        for openings in board.openings(at: now ?? self.now) {
            let claimed = openings.lanes.flatMap { Array(repeating: $0.endpoint, count: $0.width) }
                .prefix(openings.total)
            for endpoint in claimed { counts[endpoint, default: 0] += 1 }
            _ = board.start(Array(claimed), under: openings, at: now ?? self.now)
        }
        return counts
    }

    private func fill(_ board: inout DispatchBoard, _ endpoint: WebhookEndpointID, at now: Timestamp? = nil) -> Int {
        fill(&board, [endpoint], at: now)[endpoint] ?? 0
    }

    /// Ends as many attempts as these.
    private func finish(
        _ board: inout DispatchBoard, _ endpoint: WebhookEndpointID, _ count: Int,
        _ verdict: DeliveryOutcome.Verdict? = .delivered, after duration: Duration = .zero
    ) {
        for _ in 0..<count { _ = board.finish(endpoint, verdict, after: duration, at: now) }
    }

    // MARK: Lanes

    @Test func `a lane begins narrow and doubles with each success, up to the limit`() {
        var board = board()
        #expect(fill(&board, endpoint) == 2)
        finish(&board, endpoint, 1)
        #expect(fill(&board, endpoint) == 4 - 1)
        finish(&board, endpoint, 5)
        #expect(fill(&board, endpoint) == 32)
    }

    @Test func `a failure narrows the lane to one`() {
        var board = board()
        #expect(fill(&board, endpoint) == 2)
        finish(&board, endpoint, 2, .failed(retryAfter: nil))
        #expect(fill(&board, endpoint) == 1)
        #expect(fill(&board, endpoint) == 0)
    }

    @Test func `Retry-After rests the lane, for a minute at most, and it goes on by itself`() {
        var board = board()
        #expect(fill(&board, endpoint) == 2)
        finish(&board, endpoint, 2, .failed(retryAfter: .seconds(7200)))
        #expect(fill(&board, endpoint, at: now + .seconds(59)) == 0)
        let goesOnEarly = board.review(at: now + .seconds(59))
        #expect(!goesOnEarly)
        let goesOn = board.review(at: now + .seconds(60))
        #expect(goesOn)
        #expect(board.openings(at: now + .seconds(60)).first?.width(of: endpoint) == 1)
    }

    @Test func `a lane that has failed is remembered for longer than an attempt takes`() {
        var board = board()
        _ = fill(&board, endpoint)
        finish(&board, endpoint, 2, .failed(retryAfter: nil))
        #expect(fill(&board, endpoint) == 1)
        finish(&board, endpoint, 1, .failed(retryAfter: nil))
        _ = board.openings(at: now)
        _ = board.review(at: now + .seconds(119))
        #expect(fill(&board, endpoint, at: now + .seconds(119)) == 1)
    }

    @Test func `lanes are forgotten: one that failed late, one that does well soon`() {
        for (verdict, memory) in [(DeliveryOutcome.Verdict.failed(retryAfter: nil), 120), (.delivered, 10)] {
            var board = board()
            board.expect([endpoint])
            let openings = board.openings(at: now)
            _ = board.start([endpoint], under: openings[0], at: now)
            finish(&board, endpoint, 1, verdict)
            var early = board
            _ = early.review(at: now + .seconds(memory - 1))
            #expect(fill(&early, endpoint) != DispatchBoard.initialWidth)
            _ = board.review(at: now + .seconds(memory))
            #expect(fill(&board, endpoint) == DispatchBoard.initialWidth)
        }
    }

    @Test func `a cancelled attempt frees its slot and says nothing about the lane`() {
        var board = board()
        _ = fill(&board, endpoint)
        finish(&board, endpoint, 1, nil)
        #expect(board.inFlight == 1)
        #expect(fill(&board, endpoint) == 1)
    }

    // MARK: The line

    @Test func `only who is expected is asked, and who had nothing leaves the line`() {
        var board = board()
        #expect(board.openings(at: now).isEmpty)
        board.expect([endpoint, endpoint])
        let openings = board.openings(at: now)
        #expect(openings.map { $0.lanes.map(\.endpoint) } == [[endpoint]])
        let asks = board.start([], under: openings[0], at: now)
        #expect(!asks)
        #expect(board.openings(at: now).isEmpty)
    }

    @Test func `who gets all that it may take is asked again, and then waits for its own connections`() {
        var board = board()
        board.expect([endpoint])
        let openings = board.openings(at: now)
        let asks = board.start(Array(repeating: endpoint, count: 2), under: openings[0], at: now)
        #expect(asks)
        #expect(board.openings(at: now).isEmpty)
        let asksEarly = board.finish(endpoint, .failed(retryAfter: nil), at: now)
        #expect(!asksEarly)
        let asksWhenEmpty = board.finish(endpoint, .failed(retryAfter: nil), at: now)
        #expect(asksWhenEmpty)
        #expect(board.openings(at: now).first?.width(of: endpoint) == 1)
    }

    @Test func `a claim that failed leaves the line as it was`() {
        var board = board()
        let others = (0..<3).map { _ in WebhookEndpointID() }
        board.expect([endpoint] + others)
        let openings = board.openings(at: now)
        board.abandon(openings[0])
        #expect(board.openings(at: now) == openings)
    }

    @Test func `who was not reached comes first the next time`() {
        var board = board(capacity: 2)
        let others = (0..<3).map { _ in WebhookEndpointID() }
        board.expect(others)
        let openings = board.openings(at: now)
        #expect(openings[0].lanes.map(\.endpoint) == Array(others[0..<2]))
        _ = board.start([others[0], others[0]], under: openings[0], at: now)
        let asks = board.finish(others[0], .delivered, at: now)
        #expect(asks)
        #expect(board.openings(at: now)[0].lanes.first?.endpoint == others[1])
    }

    @Test func `who has nothing under way comes before who has waited longer`() {
        var board = board()
        board.expect([endpoint])
        _ = board.start([endpoint], under: board.openings(at: now)[0], at: now)
        let idle = WebhookEndpointID()
        board.expect([endpoint, idle])
        #expect(board.openings(at: now)[0].lanes.map(\.endpoint) == [idle, endpoint])
    }

    /// All of them have work at once; each gets its turn before any gets a second one.
    @Test func `ten thousand endpoints take turns`() {
        var board = board(capacity: 256, width: 64)
        let endpoints = (0..<10_000).map { _ in WebhookEndpointID() }
        board.expect(endpoints)
        var turns: [WebhookEndpointID: Int] = [:]
        while turns.count < endpoints.count {
            for openings in board.openings(at: now) {
                let claimed = openings.lanes.prefix(openings.total).map(\.endpoint)
                _ = board.start(claimed, under: openings, at: now)
                for endpoint in claimed { turns[endpoint, default: 0] += 1 }
                for endpoint in claimed { _ = board.finish(endpoint, .delivered, at: now) }
                board.expect(claimed)
            }
        }
        #expect(turns.values.allSatisfy { $0 == 1 || $0 == 2 })
        #expect(turns.values.count { $0 == 2 } < 256)
    }

    // MARK: Capacity

    @Test func `no claim exceeds the capacity`() {
        var board = board(capacity: 3, width: 64)
        var total = 0
        for _ in 0..<10 { total += fill(&board, WebhookEndpointID()) }
        #expect(total == 3)
        #expect(board.openings(at: now).isEmpty)
    }

    @Test func `a full board asks for more with the first slot that is free`() {
        var board = board(capacity: 2, width: 64)
        #expect(fill(&board, endpoint) == 2)
        #expect(fill(&board, WebhookEndpointID()) == 0)
        let asks = board.finish(endpoint, .failed(retryAfter: nil), at: now)
        #expect(asks)
    }

    /// They answer 200, but only after a while: each success widens their lanes, and all lanes claim at the same time.
    @Test(arguments: [1, 4, 12, 40]) func `busy endpoints leave room for another one`(count: Int) {
        var board = board(capacity: 256, width: 64)
        let busy = (0..<count).map { _ in WebhookEndpointID() }
        for _ in 0..<40 {
            let counts = fill(&board, busy)
            #expect(board.inFlight < 256)
            var other = board
            #expect(fill(&other, WebhookEndpointID()) > 0)
            for endpoint in counts.keys { finish(&board, endpoint, 1) }
        }
    }

    @Test func `the last connections are for endpoints that have nothing under way`() {
        var board = board(capacity: 64, width: 64)
        while board.inFlight < 56 { _ = fill(&board, WebhookEndpointID()) }
        #expect(fill(&board, endpoint) == 1)
        finish(&board, endpoint, 1)
        #expect(fill(&board, endpoint) == 1)
        #expect(fill(&board, endpoint) == 0)
        #expect(fill(&board, WebhookEndpointID()) == 1)
    }

    // MARK: Slow receivers

    /// As soon as they are known, they hold nothing that others need.
    @Test func `endpoints that hang take no capacity from others`() {
        var board = board(capacity: 100)
        while board.inFlight < 100 { _ = fill(&board, WebhookEndpointID()) }
        #expect(fill(&board, endpoint) == 0)
        _ = board.review(at: now + DispatchBoard.slowness)
        #expect(fill(&board, endpoint, at: now + DispatchBoard.slowness) == 2)
    }

    @Test func `slow endpoints wait for each other, and quick ones do not wait behind them`() {
        var board = board(capacity: 10)
        let slow = (0..<500).map { _ in WebhookEndpointID() }
        for endpoint in slow {
            #expect(fill(&board, endpoint) > 0)
            while board.inFlight > 0 { _ = board.finish(endpoint, .delivered, after: .seconds(5), at: now) }
            _ = board.openings(at: now)
        }
        fill(&board, slow)
        #expect(board.inFlight == 10)
        #expect(fill(&board, endpoint) == 2)
        finish(&board, endpoint, 2)
        let next = (0..<20).map { _ in WebhookEndpointID() }
        #expect(fill(&board, next).values.reduce(0, +) == 10)
    }

    @Test func `a receiver that has become quick is treated like the others`() {
        var board = board(capacity: 10)
        #expect(fill(&board, endpoint) > 0)
        while board.inFlight > 0 { _ = board.finish(endpoint, .delivered, after: .seconds(5), at: now) }
        #expect(fill(&board, endpoint) > 0)
        while board.inFlight > 0 { _ = board.finish(endpoint, .delivered, after: .milliseconds(5), at: now) }
        let others = (0..<20).map { _ in WebhookEndpointID() }
        fill(&board, others)
        #expect(board.inFlight == 10)
        #expect(fill(&board, endpoint) == 0)
    }

    /// Nobody knew that they hang, so they came in by the quick ones' door; the whole stays bounded all the same.
    @Test func `however many hang, connections stay bounded`() {
        var board = board(capacity: 100)
        for second in 0..<20 {
            let later = now + .seconds(second)
            _ = board.review(at: later)
            for _ in 0..<200 { _ = fill(&board, WebhookEndpointID(), at: later) }
        }
        #expect(board.inFlight == 300)
    }
}
