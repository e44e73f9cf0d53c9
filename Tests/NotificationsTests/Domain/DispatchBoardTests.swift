import Schema
import Testing

@testable import Notifications

@Suite struct DispatchBoardTests {
    private let now = Timestamp(microseconds: 1_700_000_000_000_000)
    private let endpoint = WebhookEndpointID()

    private func board(capacity: Int = 100, width: Int = 32) -> DispatchBoard {
        DispatchBoard(capacity: capacity, maximumWidth: width)
    }

    /// Claims as much as allowed for an endpoint that has no end of work.
    private func fill(_ board: inout DispatchBoard, _ endpoint: WebhookEndpointID) -> Int {
        let openings = board.openings(at: now)
        let count = min(openings.width(of: endpoint), openings.total)
        board.start(Array(repeating: endpoint, count: count), under: openings, at: now)
        return count
    }

    @Test func `a lane begins narrow and doubles with each success, up to the limit`() {
        var board = board()
        #expect(fill(&board, endpoint) == 4)
        _ = board.finish(endpoint, .delivered, at: now)
        #expect(fill(&board, endpoint) == 8 - 3)
        for _ in 0..<8 { _ = board.finish(endpoint, .delivered, at: now) }
        #expect(fill(&board, endpoint) == 32)
    }

    @Test func `a failure narrows the lane to one`() {
        var board = board()
        #expect(fill(&board, endpoint) == 4)
        for _ in 0..<4 { _ = board.finish(endpoint, .failed(retryAfter: nil), at: now) }
        #expect(fill(&board, endpoint) == 1)
        #expect(fill(&board, endpoint) == 0)
    }

    @Test func `Retry-After rests the lane, for a minute at most`() {
        var board = board()
        _ = fill(&board, endpoint)
        _ = board.finish(endpoint, .failed(retryAfter: .seconds(7200)), at: now)
        #expect(board.openings(at: now + .seconds(59)).width(of: endpoint) == 0)
        #expect(board.openings(at: now + .seconds(60)).width(of: endpoint) > 0 || board.inFlight == 3)
        for _ in 0..<3 { _ = board.finish(endpoint, nil, at: now) }
        #expect(board.openings(at: now + .seconds(60)).width(of: endpoint) > 0)
    }

    /// They answer 200, but only after seconds: each success widens their lanes, and all lanes claim at the same time.
    @Test(arguments: [1, 4, 12, 40]) func `slow endpoints leave room for another one`(count: Int) {
        var board = board(capacity: 256, width: 64)
        let slow = (0..<count).map { _ in WebhookEndpointID() }
        for _ in 0..<40 {
            let openings = board.openings(at: now)
            let claimed = slow.flatMap { Array(repeating: $0, count: openings.width(of: $0)) }.prefix(openings.total)
            board.start(Array(claimed), under: openings, at: now)
            #expect(board.inFlight < 256)
            #expect(board.openings(at: now).width(of: WebhookEndpointID()) > 0)
            for endpoint in slow { _ = board.finish(endpoint, .delivered, at: now) }
        }
    }

    @Test func `the last connections are for endpoints that have nothing under way`() {
        var board = board(capacity: 64, width: 64)
        while board.inFlight < 56 { _ = fill(&board, WebhookEndpointID()) }
        #expect(fill(&board, endpoint) == 1)
        _ = board.finish(endpoint, .delivered, at: now)
        #expect(board.openings(at: now).lanes.values.allSatisfy { !$0.isBusy || $0.width == 0 })
        #expect(fill(&board, WebhookEndpointID()) == 1)
    }

    @Test func `a full board asks for more with the first slot that is free`() {
        var board = board(capacity: 2, width: 64)
        let openings = board.openings(at: now)
        board.start([endpoint, endpoint], under: openings, at: now)
        let next = board.openings(at: now)
        #expect(next.total == 0)
        let asks = board.finish(endpoint, .failed(retryAfter: nil), at: now)
        #expect(asks)
    }

    @Test func `no claim exceeds the capacity`() {
        var board = board(capacity: 3, width: 64)
        var total = 0
        for _ in 0..<10 { total += fill(&board, WebhookEndpointID()) }
        #expect(total == 3)
        #expect(board.openings(at: now).total == 0)
    }

    @Test func `asks for more only when the last claim was full and the lane is half empty`() {
        var board = board()
        let openings = board.openings(at: now)
        board.start([endpoint], under: openings, at: now)
        let asksAfterOne = board.finish(endpoint, .delivered, at: now)
        #expect(!asksAfterOne)
        #expect(fill(&board, endpoint) == 8)
        let asks = (0..<8).map { _ in board.finish(endpoint, .delivered, at: now) }
        #expect(asks.last == true)
    }

    @Test func `a lane that has failed is remembered for longer than an attempt takes`() {
        var board = board()
        _ = fill(&board, endpoint)
        for _ in 0..<4 { _ = board.finish(endpoint, .failed(retryAfter: nil), at: now) }
        #expect(board.openings(at: now + .seconds(119)).width(of: endpoint) == 1)
        #expect(board.openings(at: now + .seconds(120)).lanes[endpoint] == nil)
    }

    @Test func `a lane that does well is forgotten sooner`() {
        var board = board()
        _ = fill(&board, endpoint)
        for _ in 0..<4 { _ = board.finish(endpoint, .delivered, at: now) }
        #expect(board.openings(at: now + .seconds(9)).lanes[endpoint] != nil)
        #expect(board.openings(at: now + .seconds(10)).lanes[endpoint] == nil)
    }

    @Test func `a cancelled attempt frees its slot and says nothing about the lane`() {
        var board = board()
        _ = fill(&board, endpoint)
        _ = board.finish(endpoint, nil, at: now)
        #expect(board.inFlight == 3)
        #expect(board.openings(at: now).width(of: endpoint) == 1)
    }
}
