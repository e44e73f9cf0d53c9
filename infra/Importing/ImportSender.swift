import Foundation
import Schema
import Synchronization

/// An answer of the API.
public struct ImportReply: Sendable {
    public let status: Int
    public let retryAfter: Duration?
    public let body: [UInt8]

    public init(status: Int, retryAfter: Duration?, body: [UInt8]) {
        self.status = status
        self.retryAfter = retryAfter
        self.body = body
    }
}

/// Sends records until the API has settled each: taken, or refused with a reason. What may pass is waited for.
struct ImportSender: Sendable {
    /// Sends a POST: path, body, Idempotency-Key.
    typealias Transport = @Sendable (String, [UInt8], String) async throws -> ImportReply

    let kind: ImportKind
    let run: UUID
    let transport: Transport
    /// How long the API may be away before the import stops.
    let patience: Duration
    private let gate = Gate()

    init(kind: ImportKind, run: UUID, patience: Duration, transport: @escaping Transport) {
        self.kind = kind
        self.run = run
        self.patience = patience
        self.transport = transport
    }

    /// What is wrong with records; those that it does not name were taken.
    /// - Throws: `ImportError` when the key is refused or the API stays away.
    func send(_ records: [ImportRecord]) async throws -> [ImportFault] {
        var faults: [ImportFault] = []
        var bodies: [(line: Int, body: JSONValue)] = []
        for record in records {
            switch record.content {
            case .success(let body): bodies.append((record.line, body))
            case .failure(let fault): faults.append(fault)
            }
        }
        if !bodies.isEmpty { faults += try await send(bodies[...]) }
        return faults.sorted { $0.line < $1.line }
    }

    private func send(_ records: ArraySlice<(line: Int, body: JSONValue)>) async throws -> [ImportFault] {
        guard let first = records.first else { return [] }
        let body = Array(kind.body(of: records.map(\.body)).serialized().utf8)
        let key = "import-\(run.uuidString.lowercased())-\(first.line)-\(records.count)"
        let reply = try await settle(body, key)
        let lines = records.map(\.line)
        if (200...299).contains(reply.status) { return Self.faults(in: reply.body, lines) }
        if records.count > 1, reply.status == 400 || reply.status == 413 {
            // One of them spoils the request for all: find it.
            let middle = records.startIndex + records.count / 2
            return try await send(records[..<middle]) + send(records[middle...])
        }
        return lines.map { Self.fault(in: try? JSONValue(parsing: reply.body), $0, status: reply.status) }
    }

    /// An answer that will not change.
    private func settle(_ body: [UInt8], _ key: String) async throws -> ImportReply {
        var failingSince: ContinuousClock.Instant?
        var pause = Duration.milliseconds(100)
        while true {
            await gate.wait()
            let problem: String
            do {
                let reply = try await transport(kind.path, body, key)
                switch reply.status {
                case 401, 403:
                    throw ImportError("the API refuses the key: \(String(decoding: reply.body, as: UTF8.self))")
                case 429:
                    // Everyone waits: the limit is the account's.
                    gate.close(for: reply.retryAfter ?? .seconds(1))
                    continue
                case 408, 500...599: problem = "the API answers \(reply.status)"
                case 409 where Self.isInFlight(reply.body): problem = "an earlier request with the key still runs"
                default: return reply
                }
            } catch let error as ImportError {
                throw error
            } catch {
                try Task.checkCancellation()
                problem = "\(error)"
            }
            let since = failingSince ?? .now
            failingSince = since
            guard ContinuousClock.now - since < patience else {
                let seconds = patience.components.seconds
                throw ImportError("\(problem), for \(seconds) s by now; start the import again later")
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(5))
        }
    }

    private static func isInFlight(_ body: [UInt8]) -> Bool {
        (try? JSONValue(parsing: body))?["code"] == "IDEMPOTENCY_KEY_IN_USE"
    }

    /// What a request of many says of each; an answer to one record has no results.
    private static func faults(in body: [UInt8], _ lines: [Int]) -> [ImportFault] {
        guard case .array(let results)? = (try? JSONValue(parsing: body))?["results"] else { return [] }
        return zip(lines, results).compactMap { line, result in
            guard let error = result["error"], error != .null else { return nil }
            return fault(in: error, line, status: 200)
        }
    }

    private static func fault(in error: JSONValue?, _ line: Int, status: Int) -> ImportFault {
        func text(_ name: String) -> String? {
            if case .string(let text)? = error?[name] { text } else { nil }
        }
        return ImportFault(
            line: line, code: text("code") ?? "HTTP_\(status)", message: text("message") ?? "The API says no more.")
    }
}

/// Holds everyone up for some time.
private final class Gate: Sendable {
    private let opensAt = Mutex<ContinuousClock.Instant?>(nil)

    func close(for duration: Duration) {
        let instant = ContinuousClock.now + duration
        opensAt.withLock { $0 = max($0 ?? instant, instant) }
    }

    /// Returns when it is open, or when the task is cancelled.
    func wait() async {
        while let instant = opensAt.withLock({ $0 }), instant > .now, !Task.isCancelled {
            try? await Task.sleep(until: instant, clock: .continuous)
        }
    }
}
