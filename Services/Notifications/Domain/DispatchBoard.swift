import Schema

/// Decides how many deliveries each endpoint may have under way. Pure bookkeeping: the dispatcher acts on it.
///
/// Every endpoint is a lane. Its width doubles with each success and falls to one with a failure, so that a dead or slow
/// endpoint soon holds a single connection; and no lane may take more than half of what is left, so that whatever the
/// others do, there is room for one more.
struct DispatchBoard: Sendable {
    private struct Lane: Sendable {
        var width = DispatchBoard.initialWidth
        var inFlight = 0
        /// Until then the receiver wants to be left alone.
        var pausedUntil: Timestamp?
        var lastUse: Timestamp
        /// Whether the last claim took all that it might, so that there is probably more.
        var isHungry = false
    }

    /// How much a claim may take.
    struct Openings: Sendable, Equatable {
        /// Lanes that may not take the usual number, and what they may take.
        var exceptions: [WebhookEndpointID: Int] = [:]
        /// What every other lane may take.
        var standard: Int
        /// What all of them may take together.
        var total: Int

        func width(of endpoint: WebhookEndpointID) -> Int { exceptions[endpoint] ?? standard }
    }

    static let initialWidth = 4
    /// However long a receiver asks for, its whole lane rests no longer; the one delivery may wait longer.
    static let longestPause = Duration.seconds(60)
    /// A lane unused for so long is forgotten and starts anew.
    static let memory = Duration.seconds(10)

    private let capacity: Int
    private let maximumWidth: Int
    private var lanes: [WebhookEndpointID: Lane] = [:]
    private(set) var inFlight = 0

    /// - Parameters:
    ///   - capacity: Most deliveries under way at once.
    ///   - maximumWidth: Most of them to one endpoint.
    init(capacity: Int, maximumWidth: Int) {
        self.capacity = capacity
        self.maximumWidth = min(maximumWidth, capacity)
    }

    /// What may be claimed now.
    mutating func openings(at now: Timestamp) -> Openings {
        let total = max(0, capacity - inFlight)
        let share = (total + 1) / 2
        var openings = Openings(standard: min(Self.initialWidth, share), total: total)
        for (endpoint, lane) in lanes {
            if let until = lane.pausedUntil, until > now {
                openings.exceptions[endpoint] = 0
            } else if lane.inFlight == 0, lane.lastUse + Self.memory <= now {
                lanes[endpoint] = nil
            } else {
                openings.exceptions[endpoint] = max(0, min(lane.width - lane.inFlight, share))
            }
        }
        return openings
    }

    /// Deliveries were claimed and are being sent.
    ///
    /// - Parameters:
    ///   - claimed: The endpoint of each of them.
    ///   - openings: What the claim was allowed.
    mutating func start(_ claimed: [WebhookEndpointID], under openings: Openings, at now: Timestamp) {
        let counts = Dictionary(claimed.map { ($0, 1) }, uniquingKeysWith: +)
        for (endpoint, count) in counts {
            var lane = lanes[endpoint] ?? Lane(lastUse: now)
            lane.inFlight += count
            lane.isHungry = count >= openings.width(of: endpoint) || claimed.count >= openings.total
            lanes[endpoint] = lane
        }
        inFlight += claimed.count
    }

    /// A delivery's attempt is over. Answers whether it is worth claiming more for its lane at once.
    mutating func finish(
        _ endpoint: WebhookEndpointID, _ verdict: DeliveryOutcome.Verdict?, at now: Timestamp
    ) -> Bool {
        guard var lane = lanes[endpoint], lane.inFlight > 0 else { return false }
        lane.inFlight -= 1
        lane.lastUse = now
        inFlight -= 1
        switch verdict {
        case .delivered: lane.width = min(lane.width * 2, maximumWidth)
        case .failed(let retryAfter):
            lane.width = 1
            if let retryAfter { lane.pausedUntil = now + min(retryAfter, Self.longestPause) }
        case .gone: lane.width = 1
        case nil: break
        }
        lanes[endpoint] = lane
        return lane.isHungry && lane.inFlight * 2 <= lane.width
    }
}
