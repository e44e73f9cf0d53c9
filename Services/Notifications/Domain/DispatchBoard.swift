import Schema

/// Decides how many deliveries each endpoint may have under way. Pure bookkeeping: the dispatcher acts on it.
///
/// Every endpoint is a lane. Its width doubles with each success and falls to one with a failure, so that a dead endpoint
/// soon holds a single connection. Slow ones that succeed stay wide: so no lane may have more than its share of all
/// connections, one share being left for whoever comes next, and the last few are for endpoints that have nothing under
/// way.
struct DispatchBoard: Sendable {
    private struct Lane: Sendable {
        var width = DispatchBoard.initialWidth
        var inFlight = 0
        /// Until then the receiver wants to be left alone.
        var pausedUntil: Timestamp?
        var lastUse: Timestamp
        /// Whether the last claim took all that it might, so that there may be more.
        var isHungry = false
        var isBusy: Bool { inFlight > 0 }
    }

    /// How much a claim may take.
    struct Openings: Sendable, Equatable {
        struct Lane: Sendable, Equatable {
            /// What it may take.
            var width: Int
            /// Whether it has something under way. Those that have nothing come first.
            var isBusy: Bool
        }

        /// The lanes that are known.
        var lanes: [WebhookEndpointID: Lane] = [:]
        /// What every other one may take.
        var standard: Int
        /// What all of them may take together.
        var total: Int

        func width(of endpoint: WebhookEndpointID) -> Int { lanes[endpoint]?.width ?? standard }
    }

    static let initialWidth = 4
    /// However long a receiver asks for, its whole lane rests no longer; the one delivery may wait longer.
    static let longestPause = Duration.seconds(60)
    /// A lane unused for so long is forgotten and starts anew; one that has failed is remembered for longer than an
    /// attempt can take.
    static let memory = Duration.seconds(10)
    static let memoryOfFailure = Duration.seconds(120)

    private let capacity: Int
    private let maximumWidth: Int
    private var lanes: [WebhookEndpointID: Lane] = [:]
    private(set) var inFlight = 0
    /// Whether the last claim could not take all there was.
    private var isFull = false

    /// - Parameters:
    ///   - capacity: Most deliveries under way at once.
    ///   - maximumWidth: Most of them to one endpoint.
    init(capacity: Int, maximumWidth: Int) {
        self.capacity = capacity
        self.maximumWidth = min(maximumWidth, capacity)
    }

    /// What may be claimed now.
    mutating func openings(at now: Timestamp) -> Openings {
        lanes = lanes.filter { $0.value.isBusy || $0.value.lastUse + Self.memory(of: $0.value) > now }
        let total = max(0, capacity - inFlight)
        isFull = total == 0
        // Lanes at rest hold nothing, so they do not count.
        let share = max(1, capacity / (lanes.values.count(where: \.isBusy) + 1))
        let reserve = capacity / 8
        let left = max(min(1, total), total - reserve)
        var openings = Openings(standard: min(Self.initialWidth, share, left), total: total)
        for (endpoint, lane) in lanes {
            let isResting = lane.pausedUntil.map { $0 > now } ?? false
            let room = min(lane.width, share) - lane.inFlight
            let width = isResting ? 0 : min(room, lane.isBusy ? total - reserve : left)
            openings.lanes[endpoint] = .init(width: max(0, width), isBusy: lane.isBusy)
        }
        return openings
    }

    private static func memory(of lane: Lane) -> Duration {
        lane.width < initialWidth ? memoryOfFailure : memory
    }

    /// Deliveries were claimed and are being sent.
    ///
    /// - Parameters:
    ///   - claimed: The endpoint of each request.
    ///   - openings: What the claim was allowed.
    ///   - deliveries: How many deliveries were claimed, if requests carry several.
    mutating func start(
        _ claimed: [WebhookEndpointID], under openings: Openings, deliveries: Int? = nil, at now: Timestamp
    ) {
        let counts = Dictionary(claimed.map { ($0, 1) }, uniquingKeysWith: +)
        isFull = (deliveries ?? claimed.count) >= openings.total
        for endpoint in Set(counts.keys).union(lanes.keys) {
            let count = counts[endpoint, default: 0]
            var lane = lanes[endpoint] ?? Lane(lastUse: now)
            lane.inFlight += count
            lane.isHungry = count >= openings.width(of: endpoint)
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
        return isFull || (lane.isHungry && lane.inFlight * 2 <= lane.width)
    }
}
