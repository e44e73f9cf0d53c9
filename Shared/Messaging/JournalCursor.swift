/// How far the relay has published (the row of `relay_state`).
///
/// The journal is read in windows. A window is what one snapshot shows beyond the last: rows whose transactions became
/// visible in between, whatever their ids or positions. Inside a window rows go out by position, in batches. So no row
/// is lost to a transaction that commits late, none waits for another that is still running, and the events of an
/// aggregate keep their order: whoever sees a later one sees the earlier one too, at a lower position.
struct JournalCursor: Equatable, Sendable {
    /// Everything that this shows is published.
    var published = TransactionSnapshot.empty
    /// The window being read, nil between two windows.
    var reading: TransactionSnapshot?
    /// Of the window, everything up to here is published.
    var position: Int64 = 0
    /// No unpublished row lies at or below it.
    var floor: Int64 = 0

    /// Moves past a batch.
    /// - Parameters:
    ///   - lastPosition: The position of its last row, nil if there was none.
    ///   - isComplete: Whether the window holds no more rows.
    ///   - snapshot: The snapshot of the read; it becomes the window's if this was its first batch.
    mutating func advance(
        past lastPosition: Int64?, isComplete: Bool, snapshot: TransactionSnapshot, horizon: inout Horizon
    ) {
        let window = reading ?? snapshot
        if isComplete {
            published = window
            reading = nil
            floor = max(floor, horizon.advance(to: window) ?? 0)
            position = floor
        } else {
            reading = window
            position = lastPosition ?? position
        }
    }
}
