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
        fileprivate var isSlow = false

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
        /// One that has failed or is slow is remembered for longer than an attempt can take.
        var memory: Duration {
            width < DispatchBoard.initialWidth || isSlow ? DispatchBoard.memoryOfFailure : DispatchBoard.memory
        }
    }

    /// Connections that lanes share.
    private struct Pool: Sendable {
        var inFlight = 0
        var busyLanes = 0
        /// Whether the last claim could not take all there was.
        var isFull = false
    }

    static let initialWidth = 4
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
    private var line = WaitingLine()
    private var quick = Pool()
    private var slow = Pool()

    /// - Parameters:
    ///   - capacity: Most deliveries under way at once to receivers that answer soon; slow ones may have as many again.
    ///   - maximumWidth: Most of them to one endpoint.
    init(capacity: Int, maximumWidth: Int) {
        self.capacity = capacity
        self.maximumWidth = min(maximumWidth, capacity)
    }

    /// Requests under way.
    var inFlight: Int { quick.inFlight + slow.inFlight }

    // MARK: What may be claimed

    /// Endpoints that may have something to send.
    mutating func expect(_ endpoints: some Sequence<WebhookEndpointID>) {
        for endpoint in endpoints where lanes[endpoint]?.hasMore != true { line.append(endpoint) }
    }

    /// What may be claimed now, at most one claim for quick lanes and one for slow ones. Whoever is asked has left the line
    /// until the claim is answered by ``start(_:under:deliveries:at:)`` or given up by ``abandon(_:)``.
    mutating func openings(at now: Timestamp) -> [Openings] {
        let rooms = (quick: room(in: quick), slow: room(in: slow))
        var asked = (quick: Asked(), slow: Asked())
        var passed: [WebhookEndpointID] = []
        // Long lines are looked through in parts: whoever is asked, or slow, goes to the end.
        for endpoint in line.removeFirst(4 * capacity) {
            let lane = lanes[endpoint] ?? Lane(at: now)
            let room = lane.isSlow ? rooms.slow : rooms.quick
            let width = room.width(of: lane, at: now)
            switch (lane.isSlow, lane.isSlow ? asked.slow.isFull(room) : asked.quick.isFull(room)) {
            case (true, true): line.append(endpoint)
            case (false, true): passed.append(endpoint)
            case (_, false) where width <= 0:
                lanes[endpoint] = lane
                lanes[endpoint]?.hasMore = true
            case (true, false): asked.slow.add(endpoint, width, lane)
            case (false, false): asked.quick.add(endpoint, width, lane)
            }
        }
        line.prepend(passed)
        (quick.isFull, slow.isFull) = (rooms.quick.total == 0, rooms.slow.total == 0)
        return [asked.quick.openings(rooms.quick, isSlow: false), asked.slow.openings(rooms.slow, isSlow: true)]
            .compactMap(\.self)
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

    /// Lanes for a claim. Those that have nothing under way come first.
    private struct Asked {
        var idle: [Openings.Lane] = []
        var busy: [Openings.Lane] = []

        func isFull(_ room: Room) -> Bool { idle.count + busy.count >= room.total }

        mutating func add(_ endpoint: WebhookEndpointID, _ width: Int, _ lane: Lane) {
            let opening = Openings.Lane(endpoint: endpoint, width: width)
            if lane.isBusy { busy.append(opening) } else { idle.append(opening) }
        }

        func openings(_ room: Room, isSlow: Bool) -> Openings? {
            guard !idle.isEmpty || !busy.isEmpty else { return nil }
            var openings = Openings(lanes: idle + busy, total: room.total)
            openings.isSlow = isSlow
            return openings
        }
    }

    // MARK: What became of it

    /// A claim failed: whoever was asked stands in line again.
    mutating func abandon(_ openings: Openings) {
        line.prepend(openings.lanes.map(\.endpoint))
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
        if isCut { setFull(openings.isSlow) }
        var unreached: [WebhookEndpointID] = []
        for opening in openings.lanes {
            let endpoint = opening.endpoint
            let count = taken[endpoint, default: 0]
            if let requests = requests[endpoint] { begin(requests, at: endpoint, now) }
            if count >= opening.width {
                line.append(endpoint)
            } else if isCut {
                // Not all of them were looked at.
                if count == 0 { unreached.append(endpoint) } else { line.append(endpoint) }
            }
        }
        line.prepend(unreached)
        return !isCut && !line.isEmpty
    }

    private mutating func setFull(_ isSlow: Bool) {
        if isSlow { slow.isFull = true } else { quick.isFull = true }
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
        if lane.isSlow {
            slow.inFlight += sign * lane.inFlight
            slow.busyLanes += sign
        } else {
            quick.inFlight += sign * lane.inFlight
            quick.busyLanes += sign
        }
    }

    /// A request's attempt is over. Answers whether it is worth claiming more at once.
    ///
    /// - Parameter duration: How long it took.
    mutating func finish(
        _ endpoint: WebhookEndpointID, _ verdict: DeliveryOutcome.Verdict?, after duration: Duration = .zero,
        at now: Timestamp
    ) -> Bool {
        guard var lane = lanes[endpoint], lane.isBusy else { return false }
        let wasFull = lane.isSlow ? slow.isFull : quick.isFull
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
            line.append(endpoint)
        }
        lanes[endpoint] = lane
        return asks || (wasFull && !line.isEmpty)
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
                line.append(endpoint)
            } else if lane.lastUse + lane.memory <= now {
                lanes[endpoint] = nil
            }
        }
        return !line.isEmpty
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
