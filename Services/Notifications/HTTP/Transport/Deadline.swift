/// What ``withDeadline(_:_:)`` throws when the time is over.
struct DeadlineExceeded: Error {}

/// Runs `work`, but no longer than `limit`; then cancels it.
func withDeadline<Value: Sendable>(
    _ limit: Duration, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask(operation: work)
        group.addTask {
            try await Task.sleep(for: limit)
            throw DeadlineExceeded()
        }
        defer { group.cancelAll() }
        // The group has two tasks, so there is a first to end.
        guard let value = try await group.next() else { throw DeadlineExceeded() }
        return value
    }
}
