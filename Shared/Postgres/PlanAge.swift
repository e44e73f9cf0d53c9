/// When a connection drops the plans of its prepared statements.
///
/// A plan that was made while a table was empty stays until the server has analyzed the table, and may until then walk all
/// rows of an account where another index would lead to the one that is meant; checks of foreign keys have such plans too.
/// The server's own visit may take minutes in a new database under load. So a connection drops its plans a second after it
/// was opened, then after twice the time again and again, at last once a minute. What is used next is planned for the tables
/// as they are by then: about 0.2 ms a statement.
struct PlanAge {
    private static let longestPause = Duration.seconds(60)

    private var pause = Duration.seconds(1)
    private var end: ContinuousClock.Instant

    init(since start: ContinuousClock.Instant) { end = start + pause }

    /// Whether the plans are to be dropped now; whoever asks does so.
    mutating func isOver(at now: ContinuousClock.Instant) -> Bool {
        guard now >= end else { return false }
        pause = min(pause * 2, Self.longestPause)
        end = now + pause
        return true
    }
}
