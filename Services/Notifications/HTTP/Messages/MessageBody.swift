import Edge
import Schema

/// A message as the management API shows it: whom it was for and what became of it, not what it said.
struct MessageBody: Encodable, Sendable {
    struct Consent: Encodable, Sendable {
        @Nullable var entryID: ConsentEntryID?
        @Nullable var eventID: ID<EventID>?

        enum CodingKeys: String, CodingKey {
            case entryID = "entry_id"
            case eventID = "event_id"
        }
    }

    let object = "message"
    let id: MessageID
    let channel: MessageChannel
    let purpose: MessagePurpose
    let template: String
    @Nullable var profileID: ProfileID?
    @Nullable var recipient: String?
    let status: MessageStatus
    @Nullable var reason: String?
    @Nullable var consent: Consent?
    let attempts: Int
    @Nullable var providerID: String?
    let createdAt: Timestamp
    @Nullable var nextAttemptAt: Timestamp?
    @Nullable var sentAt: Timestamp?
    let updatedAt: Timestamp

    /// - Parameter content: nil where the person's data was deleted or cannot be read any more.
    init(_ message: Message, content: MessageContent?) {
        id = message.id
        channel = message.channel
        purpose = message.purpose
        template = message.template
        profileID = message.person?.profileID
        recipient = content?.address
        status = message.status
        reason = message.reason
        consent =
            switch message.consent {
            case .entry(let id): Consent(entryID: id, eventID: nil)
            case .event(let id): Consent(entryID: nil, eventID: id)
            case nil: nil
            }
        attempts = message.attempts
        providerID = message.providerID
        createdAt = message.createdAt
        nextAttemptAt = message.status == .queued ? message.dueAt : nil
        sentAt = message.sentAt
        updatedAt = message.updatedAt
    }

    enum CodingKeys: String, CodingKey {
        case object, id, channel, purpose, template, recipient, status, reason, consent, attempts
        case profileID = "profile_id"
        case providerID = "provider_id"
        case createdAt = "created_at"
        case nextAttemptAt = "next_attempt_at"
        case sentAt = "sent_at"
        case updatedAt = "updated_at"
    }
}

/// The answer to a message that was accepted.
struct AcceptedMessageBody: Encodable, Sendable {
    let object = "message"
    let id: MessageID
    let channel: MessageChannel
    let purpose: MessagePurpose
    let status = MessageStatus.queued
    let createdAt: Timestamp

    init(_ message: NewMessage) {
        id = message.id
        channel = message.channel
        purpose = message.purpose
        createdAt = message.createdAt
    }

    enum CodingKeys: String, CodingKey {
        case object, id, channel, purpose, status
        case createdAt = "created_at"
    }
}
