import Schema

/// The way a message goes.
enum MessageChannel: String, Codable, Sendable, CaseIterable {
    case email, sms

    /// What the keyed digests of its addresses are made of.
    var digestKind: BlacklistDigest.Kind { self == .email ? .email : .phone }
}

/// What a message is for.
enum MessagePurpose: String, Codable, Sendable, CaseIterable {
    /// It is part of a contract: an order's confirmation. Nobody has to consent.
    case transactional
    /// Sent only to people whose consent holds at that moment.
    case marketing
}

/// Where a message stands.
enum MessageStatus: String, Codable, Sendable, CaseIterable {
    /// Waiting for its first or next attempt.
    case queued
    /// The mail server or the SMS provider has it.
    case sent
    /// The SMS provider says that it has arrived.
    case delivered
    /// It could not be sent, or did not arrive.
    case failed
    /// It must not be sent: no consent holds, or the person is not known.
    case skipped
}

/// A message that is to be queued.
struct NewMessage: Sendable {
    var id = MessageID()
    var account: AccountID
    var channel: MessageChannel
    var purpose = MessagePurpose.transactional
    /// How it is written: the name of a ``MailTemplate``, or ``MessageContent/ownWords``.
    var template: String
    /// What it tells of; there is one message of a template for it. nil for requests, each of which is a message.
    var source: String?
    /// Whom it is for, where that is a person that the consent service knows.
    var person: CustomerID?
    var content: MessageContent
    var createdAt = Timestamp.now()

    /// Whether it is one of the mails that an account can do without.
    var isOrderMail: Bool { MailTemplate(rawValue: template)?.isOrderMail ?? false }
}

/// Whom a message is for and what it says: personal data, which is stored sealed.
struct MessageContent: Codable, Sendable, Equatable {
    /// The template of messages that say what their request said.
    static let ownWords = "message"

    /// Mail address or number in E.164; nil for the person's, looked up when it is sent.
    var address: String?
    /// The recipient's name.
    var name: String?
    var subject: String?
    var text: String?
    var html: String?
    /// What a template tells of: one of these.
    var letter: OrderLetter?
    var shipment: ShipmentLetter?
    var report: ErrorReport?
}

/// A message as the log shows it.
struct Message: Sendable {
    let id: MessageID
    let channel: MessageChannel
    let purpose: MessagePurpose
    let template: String
    let person: CustomerID?
    /// nil once the person's data was deleted.
    let content: Sealed<MessageContent>?
    let status: MessageStatus
    let reason: String?
    let consent: ConsentBasis?
    let attempts: Int
    let dueAt: Timestamp
    let providerID: String?
    let createdAt: Timestamp
    let updatedAt: Timestamp
    let sentAt: Timestamp?
}

/// A message that this replica is to send now.
struct ClaimedMessage: Sendable {
    let id: MessageID
    let account: AccountID
    let channel: MessageChannel
    let purpose: MessagePurpose
    let template: String
    let person: CustomerID?
    let content: Sealed<MessageContent>
    /// Attempts made before this one.
    let attempts: Int
    let createdAt: Timestamp
}
