import CLibPQ

/// How a pipeline ended.
enum PGOutcome: Sendable {
    /// The last statement's result, and by their index those that were asked for besides.
    case success(PGResult?, earlier: [Int: PGResult] = [:])
    /// The first failure and the index of the statement it belongs to, nil if it concerns the whole connection.
    case failure(PostgresError, statement: Int?)
}

/// One pipeline on its way: what libpq will answer for, in order, and what came so far.
struct PGFlight {
    enum Step {
        /// What the session does for itself.
        case maintain
        case prepare(statement: Int, sql: String)
        case execute(statement: Int, keepsResult: Bool)
    }

    /// What to do after a result.
    enum Progress {
        case unfinished, finished
    }

    /// Hears of the outcome.
    let completion: @Sendable (PGOutcome) -> Void
    /// The simple protocol knows no steps: any number of results, the last kept, until libpq has no more.
    let isScript: Bool
    var steps: [Step] = []
    var isCancelled = false
    private var position = 0
    private var result: PGResult?
    private var earlier: [Int: PGResult] = [:]
    private var failure: (error: PostgresError, statement: Int?)?
    /// Statements whose PREPARE did not succeed.
    private(set) var unprepared: [String] = []

    init(isScript: Bool = false, completion: @escaping @Sendable (PGOutcome) -> Void) {
        self.completion = completion
        self.isScript = isScript
    }

    var outcome: PGOutcome {
        failure.map { .failure($0.error, statement: $0.statement) } ?? .success(result, earlier: earlier)
    }

    /// Nothing more will come.
    mutating func fail(_ error: PostgresError) {
        if failure == nil { failure = (error, nil) }
        for case .prepare(_, let sql) in steps[min(position, steps.count)...] { unprepared.append(sql) }
    }

    /// Takes what `PQgetResult` returned, and owns it.
    mutating func receive(_ pointer: OpaquePointer?) -> Progress {
        guard let pointer else {
            position += 1
            return isScript ? .finished : .unfinished
        }
        let status = PQresultStatus(pointer)
        switch status {
        case PGRES_PIPELINE_SYNC:
            PQclear(pointer)
            return .finished
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
            keep(pointer)
        default:
            receiveFailure(pointer, isAborted: status == PGRES_PIPELINE_ABORTED)
            PQclear(pointer)
        }
        return .unfinished
    }

    /// Only what can be asked for: the last statement's, and what somebody waits for.
    private mutating func keep(_ pointer: OpaquePointer) {
        if isScript || position == steps.count - 1 {
            result = PGResult(pointer)
        } else if position < steps.count, case .execute(let index, keepsResult: true) = steps[position] {
            earlier[index] = PGResult(pointer)
        } else {
            PQclear(pointer)
        }
    }

    private mutating func receiveFailure(_ pointer: OpaquePointer, isAborted: Bool) {
        var statement: Int?
        if position < steps.count {
            switch steps[position] {
            case .maintain: break
            case .execute(let index, _): statement = index
            case .prepare(let index, let sql):
                statement = index
                unprepared.append(sql)
            }
        }
        // After the first failure the server skips the rest, which is then reported as aborted.
        if failure == nil, !isAborted { failure = (PostgresError(result: pointer), statement) }
    }
}
