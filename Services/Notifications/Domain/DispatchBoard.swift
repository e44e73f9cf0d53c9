import Schema

/// Decides what is claimed next, and how many deliveries each endpoint may have under way. Pure bookkeeping: the dispatcher
/// acts on it.
///
/// Every endpoint is a lane, and lanes that may have something to send stand in line: what a claim costs depends on what
/// there is to send, not on how many endpoints there are. A lane's width doubles with each success and falls to one with a
/// failure, so that a dead endpoint soon holds a single connection. No lane may have more than its share of all
/// connections, one share being left for whoever comes next, and the last few are for endpoints that have nothing under
/// way.
///
/// Lanes whose receivers take longer than ``slowness``, hanging ones included, have connections of their own, as many
/// as all others: however many there are, they wait for each other and not the others for them.
struct DispatchBoard: Sendable {
    /// How much one claim may take, of lanes that share their connections.
    struct Openings: Sendable, Equatable {
        struct Lane: Sendable, Equatable {
            var endpoint: WebhookEndpointID
            /// Most that it may take.
            var width: Int
        }

        /// Who is asked, in this order.
        var lanes: [Lane]
        /// What all of them may take together.
        var total: Int
        fileprivate var pool = 0

        init(lanes: [Lane], total: Int) {
            self.lanes = lanes
            self.total = total
        }

        func width(of endpoint: WebhookEndpointID) -> Int {
            lanes.first { $0.endpoint == endpoint }?.width ?? 0
        }
    }

    private struct Lane: Sendable {
        var width = DispatchBoard.initialWidth
        var inFlight = 0
        /// Until then the receiver wants to be left alone.
        var pausedUntil: Timestamp?
        var lastUse: Timestamp
        /// Since when none of those under way has ended.
        var silentSince: Timestamp
        var isSlow = false
        /// Whether it may have more to send, and only waits for its own connections, or for the end of a pause.
        var hasMore = false

        init(at now: Timestamp) {
            lastUse = now
            silentSince = now
        }

        var isBusy: Bool { inFlight > 0 }
        var pool: Int { isSlow ? 1 : 0 }
        /// One that has failed or is slow is remembered for longer than an attempt can take.
        var memory: Duration {
            width < DispatchBoard.initialWidth || isSlow ? DispatchBoard.memoryOfFailure : DispatchBoard.memory
        }
    }

    /// Connections that lanes share, and the lanes that wait for some.
    private struct Pool: Sendable {
        var line = WaitingLine()
        var inFlight = 0
        var busyLanes = 0
        /// Whether the last claim could not take all there was.
        var isFull = false
    }

    /// Few, as the receiver may hang; more than one, so that who gets a message now and then need not be asked twice.
    static let initialWidth = 2
    /// However long a receiver asks for, its whole lane rests no longer; the one delivery may wait longer.
    static let longestPause = Duration.seconds(60)
    /// A lane whose attempts take longer is a slow one.
    static let slowness = Duration.seconds(1)
    /// A lane unused for so long is forgotten and starts anew.
    static let memory = Duration.seconds(10)
    static let memoryOfFailure = Duration.seconds(120)

    private let capacity: Int
    private let maximumWidth: Int
    private var lanes: [WebhookEndpointID: Lane] = [:]
    /// That of the quick lanes and that of the slow ones.
    private var pools = [Pool(), Pool()]

    /// - Parameters:
    ///   - capacity: Most deliveries under way at once to receivers that answer soon; slow ones may have as many again.
    ///   - maximumWidth: Most of them to one endpoint.
    init(capacity: Int, maximumWidth: Int) {
        self.capacity = capacity
        self.maximumWidth = min(maximumWidth, capacity)
    }

    /// Requests under way.
    var inFlight: Int { pools.reduce(0) { $0 + $1.inFlight } }

    // MARK: What may be claimed

    /// Endpoints that may have something to send.
    mutating func expect(_ endpoints: some Sequence<WebhookEndpointID>) {
        for endpoint in endpoints {
            let lane = lanes[endpoint]
            if lane?.hasMore != true { pools[lane?.pool ?? 0].line.append(endpoint) }
        }
    }

    /// What may be claimed now, at most one claim for quick lanes and one for slow ones. Whoever is asked has left the line
    /// until the claim is answered by ``start(_:under:deliveries:at:)`` or given up by ``abandon(_:)``.
    mutating func openings(at now: Timestamp) -> [Openings] {
        pools.indices.compactMap { openings(of: $0, at: now) }
    }

    private mutating func openings(of pool: Int, at now: Timestamp) -> Openings? {
        let room = room(in: pools[pool])
        pools[pool].isFull = room.total == 0
        guard room.total > 0 else { return nil }
        var idle: [Openings.Lane] = []
        var busy: [Openings.Lane] = []
        // Long lines are looked through in parts.
        for endpoint in pools[pool].line.removeFirst(4 * capacity) {
            var lane = lanes[endpoint] ?? Lane(at: now)
            guard lane.pool == pool else {
                pools[lane.pool].line.append(endpoint)
                continue
            }
            let opening = Openings.Lane(endpoint: endpoint, width: room.width(of: lane, at: now))
            if opening.width <= 0 {
                lane.hasMore = true
                lanes[endpoint] = lane
            } else if lane.isBusy {
                busy.append(opening)
            } else {
                idle.append(opening)
            }
        }
        // Those that have nothing under way come first.
        let lanes = idle + busy
        pools[pool].line.prepend(lanes.dropFirst(room.total).map(\.endpoint))
        guard !lanes.isEmpty else { return nil }
        var openings = Openings(lanes: Array(lanes.prefix(room.total)), total: room.total)
        openings.pool = pool
        return openings
    }

    /// What a pool has left.
    private struct Room {
        var total: Int
        var share: Int
        var reserve: Int

        /// What a lane may take; none if it is its own connections that it has to wait for.
        func width(of lane: Lane, at now: Timestamp) -> Int {
            if let end = lane.pausedUntil, end > now { return 0 }
            let room = min(lane.width, share) - lane.inFlight
            return min(room, lane.isBusy ? total - reserve : max(min(1, total), total - reserve))
        }
    }

    private func room(in pool: Pool) -> Room {
        // A lane is known to be slow only after a while: too many that nobody knew may hold more than the slow ones' part.
        let total = max(0, min(capacity - pool.inFlight, 3 * capacity - inFlight))
        return Room(total: total, share: max(1, capacity / (pool.busyLanes + 1)), reserve: capacity / 8)
    }

    // MARK: What became of it

    /// A claim failed: whoever was asked stands in line again.
    mutating func abandon(_ openings: Openings) {
        pools[openings.pool].line.prepend(openings.lanes.map(\.endpoint))
    }

    /// Deliveries were claimed and are being sent. Answers whether it is worth claiming more at once.
    ///
    /// - Parameters:
    ///   - claimed: The endpoint of each request.
    ///   - openings: What the claim was allowed.
    ///   - deliveries: How many deliveries of each endpoint were claimed, if requests carry several.
    mutating func start(
        _ claimed: [WebhookEndpointID], under openings: Openings, deliveries: [WebhookEndpointID: Int]? = nil,
        at now: Timestamp
    ) -> Bool {
        let requests = Dictionary(claimed.map { ($0, 1) }, uniquingKeysWith: +)
        let taken = deliveries ?? requests
        let isCut = taken.values.reduce(0, +) >= openings.total
        let pool = openings.pool
        var unreached: [WebhookEndpointID] = []
        for opening in openings.lanes {
            let count = taken[opening.endpoint, default: 0]
            if isCut, count == 0 {
                unreached.append(opening.endpoint)
            } else if isCut || count >= opening.width {
                pools[pool].line.append(opening.endpoint)
            }
        }
        pools[pool].line.prepend(unreached)
        if isCut { pools[pool].isFull = true }
        for (endpoint, count) in requests { begin(count, at: endpoint, now) }
        return !isCut && !pools[pool].line.isEmpty
    }

    private mutating func begin(_ requests: Int, at endpoint: WebhookEndpointID, _ now: Timestamp) {
        var lane = lanes[endpoint] ?? Lane(at: now)
        if !lane.isBusy { lane.silentSince = now }
        count(lane, -1)
        lane.inFlight += requests
        count(lane, 1)
        lanes[endpoint] = lane
    }

    /// Counts what a lane has under way in its pool, or no longer.
    private mutating func count(_ lane: Lane, _ sign: Int) {
        guard lane.isBusy else { return }
        pools[lane.pool].inFlight += sign * lane.inFlight
        pools[lane.pool].busyLanes += sign
    }

    /// A request's attempt is over. Answers whether it is worth claiming more at once.
    ///
    /// - Parameter duration: How long it took.
    mutating func finish(
        _ endpoint: WebhookEndpointID, _ verdict: DeliveryOutcome.Verdict?, after duration: Duration = .zero,
        at now: Timestamp
    ) -> Bool {
        guard var lane = lanes[endpoint], lane.isBusy else { return false }
        let pool = lane.pool
        count(lane, -1)
        lane.inFlight -= 1
        lane.lastUse = now
        lane.silentSince = now
        if verdict != nil { lane.isSlow = duration >= Self.slowness }
        count(lane, 1)
        switch verdict {
        case .delivered: lane.width = min(lane.width * 2, maximumWidth)
        case .failed(let retryAfter):
            lane.width = 1
            if let retryAfter { lane.pausedUntil = now + min(retryAfter, Self.longestPause) }
        case .gone: lane.width = 1
        case nil: break
        }
        let asks = lane.hasMore && lane.inFlight * 2 <= lane.width
        if asks {
            lane.hasMore = false
            pools[lane.pool].line.append(endpoint)
        }
        lanes[endpoint] = lane
        return asks || (pools[pool].isFull && !pools[pool].line.isEmpty)
    }

    /// Forgets lanes that nobody has used for long, notices those that have gone silent, and lets those go on whose pause
    /// is over. To be called a few times a second. Answers whether it is worth claiming more.
    mutating func review(at now: Timestamp) -> Bool {
        for (endpoint, lane) in lanes {
            if lane.isBusy {
                if !lane.isSlow, lane.silentSince + Self.slowness <= now { slowDown(endpoint) }
            } else if lane.hasMore {
                guard lane.pausedUntil.map({ $0 <= now }) ?? true else { continue }
                lanes[endpoint]?.hasMore = false
                pools[lane.pool].line.append(endpoint)
            } else if lane.lastUse + lane.memory <= now {
                lanes[endpoint] = nil
            }
        }
        return pools.contains { !$0.line.isEmpty }
    }

    private mutating func slowDown(_ endpoint: WebhookEndpointID) {
        guard var lane = lanes[endpoint] else { return }
        count(lane, -1)
        lane.isSlow = true
        count(lane, 1)
        lanes[endpoint] = lane
    }
}

/// Endpoints in the order in which they are asked, each once.
private struct WaitingLine: Sendable {
    private var order: [WebhookEndpointID] = []
    private var members: Set<WebhookEndpointID> = []

    var isEmpty: Bool { order.isEmpty }

    mutating func append(_ endpoint: WebhookEndpointID) {
        if members.insert(endpoint).inserted { order.append(endpoint) }
    }

    mutating func prepend(_ endpoints: [WebhookEndpointID]) {
        order.insert(contentsOf: endpoints.filter { members.insert($0).inserted }, at: 0)
    }

    mutating func removeFirst(_ count: Int) -> [WebhookEndpointID] {
        let first = Array(order.prefix(count))
        order.removeFirst(first.count)
        members.subtract(first)
        return first
    }
}
