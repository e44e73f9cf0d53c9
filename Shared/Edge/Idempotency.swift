import FoundationEssentials
import HTTPTypes
public import Postgres
public import Schema
import Synchronization

/// Requests that take effect once, however often they are sent: the answer is recorded in the transaction of the effect
/// and given again, byte for byte, to everyone who repeats the request with the same `Idempotency-Key`.
///
/// A key is scoped to the account and the path. Refused requests leave no record: they had no effect to protect.
public struct Idempotency: Sendable {
    private let database: PostgresDatabase
    private let fingerprint: KeyedFingerprint
    private let inFlight = InFlightKeys()

    /// - Parameters:
    ///   - database: where the effects happen; it has the table `idempotency_keys` of Messaging's migrations.
    ///   - keyring: keys the fingerprints of requests, which may hold cards.
    public init(database: PostgresDatabase, keyring: DataKeyring) {
        self.database = database
        fingerprint = KeyedFingerprint(keyring: keyring)
    }

    /// Runs `effect` in a transaction, or answers what it answered before.
    ///
    /// With an effect that only queues statements, the record travels with them: everything is one round trip.
    ///
    /// - Parameter isRequired: whether a request without the header is refused; else it simply runs.
    /// - Throws: ``RequestError/idempotencyKeyMissing``, ``RequestError/idempotencyMismatch`` when the key came with
    ///   another query or body before, ``RequestError/idempotencyInFlight``, and what `effect` throws.
    public func perform(
        _ request: APIRequest, isRequired: Bool = true,
        _ effect: @Sendable (PostgresTransaction) async throws -> APIResponse
    ) async throws -> APIResponse {
        guard let key = try Self.key(of: request) else {
            if isRequired { throw RequestError.idempotencyKeyMissing }
            return try await database.withTransaction { try await effect($0) }
        }
        let record = IdempotencyRecord(request, key: key, fingerprint)
        guard inFlight.insert(record.scope) else { throw RequestError.idempotencyInFlight }
        defer { inFlight.remove(record.scope) }
        do {
            return try await database.withTransaction { transaction in
                let answer = Answer()
                transaction.preamble { record.insertion(of: answer.response) }
                let response = try await effect(transaction)
                if transaction.hasFlushed {
                    // The record has gone ahead, as a place holder that stops anyone else with this key.
                    transaction.send(record.completion(with: response))
                } else {
                    answer.response = response
                }
                return response
            }
        } catch is AlreadyRecorded {
            return try await replay(record)
        }
    }

    /// What this request was answered before; nil if it has no key or was never here. For what must not be repeated and
    /// cannot be in the transaction of ``perform(_:isRequired:_:)``, as it waits for another service.
    ///
    /// - Throws: As ``perform(_:isRequired:_:)`` does.
    public func recorded(_ request: APIRequest) async throws -> APIResponse? {
        guard let key = try Self.key(of: request) else { return nil }
        return try await recorded(IdempotencyRecord(request, key: key, fingerprint))
    }

    private func replay(_ record: IdempotencyRecord) async throws -> APIResponse {
        // Pruned in this very moment: the client's next try runs afresh.
        guard let response = try await recorded(record) else { throw RequestError.idempotencyInFlight }
        return response
    }

    private func recorded(_ record: IdempotencyRecord) async throws -> APIResponse? {
        let rows = try await database.query(
            """
            SELECT fingerprint, status, headers, body FROM idempotency_keys
            WHERE account = \(record.scope.account) AND route = \(record.scope.route) AND key = \(record.scope.key)
            """)
        guard let row = rows.first else { return nil }
        guard try row["fingerprint"] as [UInt8] == record.fingerprint else { throw RequestError.idempotencyMismatch }
        guard let status: Int = try row["status"] else { throw RequestError.idempotencyInFlight }
        var headers = IdempotencyRecord.headers(from: try row["headers"] as String? ?? "")
        headers[.idempotentReplayed] = "true"
        return APIResponse(
            status: HTTPResponse.Status(code: status), headers: headers, body: try row["body"] as [UInt8]? ?? [])
    }

    /// The request's key, if it has one: 1 to 255 visible ASCII characters.
    private static func key(of request: APIRequest) throws(RequestError) -> String? {
        guard let key = request.headers[.idempotencyKey] else { return nil }
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw .idempotencyKeyMissing
        }
        return key
    }
}

/// The answer of an effect that is not committed yet.
private final class Answer: Sendable {
    private let value = Mutex<APIResponse?>(nil)

    var response: APIResponse? {
        get { value.withLock { $0 } }
        set { value.withLock { $0 = newValue } }
    }
}

/// Somebody else has used the key; what for is to be seen.
private struct AlreadyRecorded: Error {}

/// The keys whose requests are running in this process. Those of other processes are held up by the primary key.
private final class InFlightKeys: Sendable {
    private let keys = Mutex<Set<IdempotencyRecord.Scope>>([])

    func insert(_ scope: IdempotencyRecord.Scope) -> Bool { keys.withLock { $0.insert(scope).inserted } }
    func remove(_ scope: IdempotencyRecord.Scope) { keys.withLock { _ = $0.remove(scope) } }
}

/// One row of `idempotency_keys`.
private struct IdempotencyRecord: Sendable {
    struct Scope: Hashable, Sendable {
        let account: UUID
        /// Method and path, the same for every mount point of the route.
        let route: String
        let key: String
    }

    let scope: Scope
    let fingerprint: [UInt8]

    init(_ request: APIRequest, key: String, _ fingerprint: KeyedFingerprint) {
        scope = Scope(account: request.principal.account.uuid, route: request.operationPath, key: key)
        self.fingerprint = fingerprint.fingerprint(of: request.query.fingerprint, request.body)
    }

    func insertion(of response: APIResponse?) -> PostgresQuery {
        let query: PostgresQuery = """
            INSERT INTO idempotency_keys (account, route, key, fingerprint, status, headers, body)
            VALUES (\(scope.account), \(scope.route), \(scope.key), \(fingerprint), \(response?.status.code),
                \(response.map(Self.text)), \(response?.body))
            """
        return query.throwing(AlreadyRecorded(), onViolationOf: "idempotency_keys_pkey")
    }

    func completion(with response: APIResponse) -> PostgresQuery {
        """
        UPDATE idempotency_keys
        SET status = \(response.status.code), headers = \(Self.text(of: response)), body = \(response.body)
        WHERE account = \(scope.account) AND route = \(scope.route) AND key = \(scope.key)
        """
    }

    /// The headers of an answer, one to a line, as they will be replayed.
    private static func text(of response: APIResponse) -> String {
        response.headers.map { "\($0.name.rawName): \($0.value)" }.joined(separator: "\n")
    }

    static func headers(from text: String) -> HTTPFields {
        var headers = HTTPFields()
        for line in text.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":"), let name = HTTPField.Name(String(line[..<colon])) else {
                continue
            }
            headers.append(HTTPField(name: name, value: String(line[colon...].dropFirst(2))))
        }
        return headers
    }
}
