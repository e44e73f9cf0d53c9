/// Waits until a fact holds, looking every 10 ms. The only way a test waits for anything.
///
/// - Parameters:
///   - timeout: how long to keep looking; a fact that holds is noticed at once, so be generous.
///   - what: the fact in words, for the report when it does not come true.
///   - condition: whether it holds now; what it throws counts as "not yet".
/// - Throws: `NeverTrue` after the time-out.
public func eventually(
    timeout: Duration = .seconds(15), _ what: String, isolation: isolated (any Actor)? = #isolation,
    file: StaticString = #fileID, line: UInt = #line, _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + timeout
    var lastError: (any Error)?
    repeat {
        do {
            if try await condition() { return }
            lastError = nil
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            lastError = error
        }
        try await Task.sleep(for: .milliseconds(10))
    } while ContinuousClock.now < deadline
    throw NeverTrue(what: what, timeout: timeout, lastError: lastError, place: "\(file):\(line)")
}

/// A fact that `eventually` waited for in vain.
public struct NeverTrue: Error, CustomStringConvertible {
    public let what: String
    public let timeout: Duration
    /// What the condition threw when it was last looked at.
    public let lastError: (any Error)?
    public let place: String

    public var description: String {
        "\(place): not within \(timeout): \(what)" + (lastError.map { " (last: \($0))" } ?? "")
    }
}
