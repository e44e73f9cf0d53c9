import Edge
import Schema

/// The settings as the management API shows them, without the token.
struct MessageSettingsBody: Encodable, Sendable {
    struct Email: Encodable, Sendable {
        @Nullable var senderName: String?
        @Nullable var senderAddress: String?
        @Nullable var replyTo: String?
        let sendsOrderMail: Bool

        enum CodingKeys: String, CodingKey {
            case senderName = "sender_name"
            case senderAddress = "sender_address"
            case replyTo = "reply_to"
            case sendsOrderMail = "sends_order_mail"
        }
    }

    struct SMS: Encodable, Sendable {
        @Nullable var accountSID: String?
        let hasAuthToken: Bool
        @Nullable var from: String?
        @Nullable var messagingServiceSID: String?
        /// What to enter at the provider for incoming messages.
        let inboundURL: String

        enum CodingKeys: String, CodingKey {
            case from
            case accountSID = "account_sid"
            case hasAuthToken = "has_auth_token"
            case messagingServiceSID = "messaging_service_sid"
            case inboundURL = "inbound_url"
        }
    }

    let object = "message_settings"
    let email: Email
    let sms: SMS

    init(_ settings: MessageSettings, of account: AccountID, publicURL: String) {
        email = Email(
            senderName: settings.senderName, senderAddress: settings.senderAddress, replyTo: settings.replyTo,
            sendsOrderMail: settings.sendsOrderMail)
        sms = SMS(
            accountSID: settings.sms.sid, hasAuthToken: settings.sms.secret != nil, from: settings.sms.from,
            messagingServiceSID: settings.sms.serviceSID, inboundURL: publicURL + SMSWebhook.inboundPath(of: account))
    }
}
