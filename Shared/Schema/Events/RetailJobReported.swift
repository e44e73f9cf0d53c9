/// Says how a job of the clienteling API stands that another service does. The subject is the job.
///
/// Clients see one list of jobs, which the consent service keeps.
public struct RetailJobReported: DescribedEvent {
    public static let name = "retail_job_reported"
    public static let version = 1
    public static let topic = Topic.consentCommands
    public static let summary = "Says how a job of the clienteling API stands that another service does."

    /// The job as it is now.
    public var job: RetailJobSnapshot

    /// Makes the command.
    public init(job: RetailJobSnapshot) { self.job = job }

    enum CodingKeys: String, CodingKey { case job }

    public static var schema: JSONSchema {
        .object([.required(CodingKeys.job, RetailJobSnapshot.self, "The job as it is now.")])
    }

    public static var example: RetailJobReported { RetailJobReported(job: .example) }
}

/// How far a job of the clienteling API has come.
public struct RetailJobStatus: ExtensibleEnum {
    /// The name in JSON.
    public let rawValue: String
    /// Takes any name, known or not.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It waits for its turn.
    public static let queued = RetailJobStatus(rawValue: "queued")
    /// Somebody is at it.
    public static let running = RetailJobStatus(rawValue: "running")
    /// It is done.
    public static let completed = RetailJobStatus(rawValue: "completed")
    /// It came to nothing, for good.
    public static let failed = RetailJobStatus(rawValue: "failed")

    /// The names known today.
    public static let allKnown: [RetailJobStatus] = [.queued, .running, .completed, .failed]
}

/// Work that a client of the clienteling API has asked for, without what is to be written.
public struct RetailJobSnapshot: Codable, Hashable, Sendable {
    /// The job's id.
    public var id: RetailJobID
    /// What kind of work it is: `scv:order:upsert`.
    public var queueName: String
    /// The client's own id of what the job is about.
    public var subject: String
    /// How far it has come.
    public var status: RetailJobStatus
    /// Why it failed, in words for the client, without personal data.
    public var error: String?
    /// How often it was begun.
    public var attempts: Int
    /// When it was asked for.
    public var createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp

    /// Makes a snapshot from its parts.
    public init(
        id: RetailJobID, queueName: String, subject: String, status: RetailJobStatus, error: String?, attempts: Int,
        createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.queueName = queueName
        self.subject = subject
        self.status = status
        self.error = error
        self.attempts = attempts
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    enum CodingKeys: String, CodingKey {
        case id, subject, status, error, attempts
        case queueName = "queue_name"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }
}

extension RetailJobSnapshot: SchemaDescribing {
    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.id, RetailJobID.self, "The job's id."),
            .required(CodingKeys.queueName, String.self, "What kind of work it is."),
            .required(CodingKeys.subject, String.self, "The client's own id of what the job is about."),
            .required(CodingKeys.status, RetailJobStatus.self, "How far it has come."),
            .optional(CodingKeys.error, String.self, "Why it failed, in words for the client."),
            .required(CodingKeys.attempts, Int.self, "How often it was begun."),
            .required(CodingKeys.createdAt, Timestamp.self, "When it was asked for."),
            .required(CodingKeys.updatedAt, Timestamp.self, "When it last changed."),
        ])
    }

    static var example: RetailJobSnapshot {
        RetailJobSnapshot(
            id: Examples.retailJob, queueName: "scv:order:upsert", subject: "shop-1001", status: .failed,
            error: "The items of an order cannot be changed.", attempts: 1, createdAt: Examples.created,
            updatedAt: Examples.updated)
    }
}
