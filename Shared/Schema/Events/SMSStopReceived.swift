/// Somebody answered a text message with STOP, or their provider says that they did. The subject is the message.
public struct SMSStopReceived: DescribedEvent {
    public static let name = "sms_stop_received"
    public static let version = 1
    public static let topic = Topic.notificationsEvents
    public static let summary = "Somebody answered a text message with STOP: no more marketing may go to the number."

    /// The number that wants no more, in E.164; personal data, sealed.
    public var phone: Sealed<String>
    /// The keyed digest of the number, as ``BlacklistDigest`` makes it, by which it can be recognised.
    public var phoneDigest: String
    /// The word that was sent, in capitals: `STOP`. `PROVIDER` where the provider refused a message for it.
    public var keyword: String
    /// When it arrived.
    public var receivedAt: Timestamp

    /// Makes the event.
    public init(phone: Sealed<String>, phoneDigest: String, keyword: String, receivedAt: Timestamp) {
        self.phone = phone
        self.phoneDigest = phoneDigest
        self.keyword = keyword
        self.receivedAt = receivedAt
    }

    enum CodingKeys: String, CodingKey {
        case phone, keyword
        case phoneDigest = "phone_digest"
        case receivedAt = "received_at"
    }

    public static var schema: JSONSchema {
        .object([
            .required(
                CodingKeys.phone, Sealed<String>.self,
                "The number that wants no more, in E.164; personal data, sealed."),
            .required(
                CodingKeys.phoneDigest, String.self,
                "The keyed digest (HMAC-SHA256, hexadecimal) of the number, by which it can be recognised."),
            .required(
                CodingKeys.keyword, String.self,
                "The word that was sent, in capitals; PROVIDER where the provider refused a message for it."),
            .required(CodingKeys.receivedAt, Timestamp.self, "When it arrived."),
        ])
    }

    public static var example: SMSStopReceived {
        SMSStopReceived(
            phone: Examples.payer,
            phoneDigest: "3f0a6d5f4c0b6f1f4c1f3f5b0e6f8a9d2c7b1e4a5d6c8f9012a3b4c5d6e7f809", keyword: "STOP",
            receivedAt: Examples.updated)
    }
}
