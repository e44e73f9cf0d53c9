public import Schema

/// Work that a client of the clienteling API has asked for, as its service keeps it.
public struct RetailJob: Sendable {
    /// What is told of it.
    public var snapshot: RetailJobSnapshot
    /// Whose it is.
    public let account: AccountID
    /// Counts the changes, from 1. Whoever has taken a job knows by it whether somebody else did so meanwhile.
    public var sequence: Int64

    /// How often a job is tried.
    static let maximumAttempts = 5

    /// A job as it was stored or told of.
    public init(_ snapshot: RetailJobSnapshot, account: AccountID, sequence: Int64) {
        self.snapshot = snapshot
        self.account = account
        self.sequence = sequence
    }

    /// A job that was just asked for.
    init(queueName: String, subject: String, account: AccountID, at time: Timestamp) {
        snapshot = RetailJobSnapshot(
            id: RetailJobID(), queueName: queueName, subject: subject, status: .queued, error: nil, attempts: 0,
            createdAt: time, updatedAt: time)
        self.account = account
        sequence = 1
    }

    /// What must be done one after the other.
    struct Line: Hashable {
        let account: AccountID
        let subject: String
    }

    var line: Line { Line(account: account, subject: snapshot.subject) }
}

/// Why a job can never be done, in words for the client and without personal data.
public protocol RetailRefusal: Error {
    var message: String { get }
}

/// Somebody else is at a job whose time was over.
struct RetailJobLost: Error {}
