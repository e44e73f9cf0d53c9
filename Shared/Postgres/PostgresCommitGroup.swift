import Synchronization

/// Commits transactions of several tasks together.
///
/// While the allowed number of flights is under way, whoever comes waits, and those who wait are the next flight: one
/// BEGIN, the statements of each, one COMMIT, one round trip. So a busy service shares what a commit costs, and in an idle
/// one nobody waits. If the server refuses a statement nothing of the flight has happened, and each goes by itself.
final class PostgresCommitGroup: Sendable {
    /// How a transaction fared.
    private enum Fate: Sendable { case committed, alone, failed(PostgresError) }

    private struct Member {
        let id: UInt64
        let statements: ArraySlice<PostgresStatement>
        let continuation: UnsafeContinuation<Fate, Never>
    }

    private struct State {
        var waiting: [Member] = []
        var flying: [(session: PGSession, ids: Set<UInt64>)] = []
        /// Flights under way, or looking for a connection.
        var flights = 0
        var lastID: UInt64 = 0
    }

    /// Enough to keep a server busy while one of them is written to its disk.
    private static let maximumFlights = 2
    private static let maximumMembers = 64

    private let pool: PostgresPool
    private let state = Mutex(State())

    init(pool: PostgresPool) {
        self.pool = pool
    }

    /// How many wait for the next flight.
    var gathering: Int { state.withLock { $0.waiting.count } }

    /// Commits the statements of one transaction, without BEGIN and COMMIT.
    ///
    /// - Returns: Whether that is done; false if it has to be tried by itself, and nothing has happened.
    /// - Throws: If there is no connection, or it was lost: then nobody knows.
    func commit(_ statements: ArraySlice<PostgresStatement>) async throws -> Bool {
        guard !Task.isCancelled else { throw PostgresError.cancelled }
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let fate = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                join(Member(id: id, statements: statements, continuation: continuation))
            }
        } onCancel: {
            cancel(id)
        }
        switch fate {
        case .committed: return true
        case .alone: return false
        case .failed(let error): throw error
        }
    }

    private func join(_ member: Member) {
        let isLeading = state.withLock { state in
            state.waiting.append(member)
            guard state.flights < Self.maximumFlights else { return false }
            state.flights += 1
            return true
        }
        if isLeading { lead() }
    }

    /// A transaction that has left is not called back: the wait for its end is short, unless the server hangs.
    private func cancel(_ id: UInt64) {
        let (waiting, session) = state.withLock { state -> (Member?, PGSession?) in
            if let index = state.waiting.firstIndex(where: { $0.id == id }) {
                return (state.waiting.remove(at: index), nil)
            }
            return (nil, state.flying.first { $0.ids.contains(id) }?.session)
        }
        waiting?.continuation.resume(returning: .failed(.cancelled))
        session?.closeWhenPatienceEnds()
    }

    // MARK: Flights

    private func lead() {
        if let session = pool.leaseIdle() { return depart(session) }
        Task {
            do {
                depart(try await pool.lease())
            } catch {
                let waiting = state.withLock { state in
                    state.flights -= 1
                    defer { state.waiting = [] }
                    return state.waiting
                }
                let failure = error as? PostgresError ?? .connectionLost
                for member in waiting { member.continuation.resume(returning: .failed(failure)) }
            }
        }
    }

    /// Takes along who waits.
    private func depart(_ session: PGSession) {
        let members = state.withLock { state in
            let members = Array(state.waiting.prefix(Self.maximumMembers))
            state.waiting.removeFirst(members.count)
            if members.isEmpty {
                state.flights -= 1
            } else {
                state.flying.append((session, Set(members.map(\.id))))
            }
            return members
        }
        guard !members.isEmpty else { return pool.release(session) }
        var statements = [PostgresStatement(query: "BEGIN", file: #fileID, line: #line)]
        for member in members { statements += member.statements }
        statements.append(PostgresStatement(query: "COMMIT", file: #fileID, line: #line))
        session.start(statements) { [self] outcome in land(members, outcome, session) }
    }

    private func land(_ members: [Member], _ outcome: PGOutcome, _ session: PGSession) {
        state.withLock { $0.flying.removeAll { $0.session === session } }
        let fate: Fate
        switch outcome {
        case .success(let result, _): fate = result?.hasCommandTag("COMMIT") == true ? .committed : .alone
        // An answer on a connection that goes on is certain; one that ends may have committed before it did.
        case .failure(let error, let statement):
            fate = statement != nil && (session.isInTransaction || session.isReusable) ? .alone : .failed(error)
        }
        for member in members { member.continuation.resume(returning: fate) }
        if session.isReusable { return depart(session) }
        Task {
            if session.isInTransaction {
                let rollback = PostgresStatement(query: "ROLLBACK", file: #fileID, line: #line)
                _ = try? await session.roundTrip([rollback], isShielded: true)
            }
            pool.release(session)
            lead()
        }
    }
}
