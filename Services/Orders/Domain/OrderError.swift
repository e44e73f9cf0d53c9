/// Why an order cannot be taken.
public enum OrderError: Error, Equatable, Sendable {
    /// The account has reported an order of the channel under this id before.
    case duplicateChannelOrderID
}
