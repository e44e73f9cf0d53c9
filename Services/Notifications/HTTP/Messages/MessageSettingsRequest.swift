import Edge
import Mail
import Schema

/// The body of `PUT /admin/v1/message-settings`.
struct MessageSettingsRequest: Decodable, Sendable {
    struct Email: Decodable, Sendable {
        let senderName: String?
        let senderAddress: String?
        let replyTo: String?
        let sendsOrderMail: Bool?

        enum CodingKeys: String, CodingKey {
            case senderName = "sender_name"
            case senderAddress = "sender_address"
            case replyTo = "reply_to"
            case sendsOrderMail = "sends_order_mail"
        }
    }

    struct SMS: Decodable, Sendable {
        let accountSID: String?
        let authToken: String?
        let from: String?
        let messagingServiceSID: String?

        enum CodingKeys: String, CodingKey {
            case from
            case accountSID = "account_sid"
            case authToken = "auth_token"
            case messagingServiceSID = "messaging_service_sid"
        }
    }

    let email: Email?
    let sms: SMS?

    func settings(changing known: MessageSettings) throws(RequestError) -> MessageSettings {
        var validation = Validation()
        var settings = known
        settings.senderName = Self.changed(known.senderName, email?.senderName, ["email", "sender_name"], &validation) {
            $0.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        }
        settings.senderAddress = Self.changed(
            known.senderAddress, email?.senderAddress, ["email", "sender_address"], &validation, Self.isAddress)
        settings.replyTo = Self.changed(
            known.replyTo, email?.replyTo, ["email", "reply_to"], &validation, Self.isAddress)
        settings.sendsOrderMail = email?.sendsOrderMail ?? known.sendsOrderMail
        settings.sms.sid = Self.changed(known.sms.sid, sms?.accountSID, ["sms", "account_sid"], &validation) {
            Self.isSID($0, "AC")
        }
        settings.sms.serviceSID = Self.changed(
            known.sms.serviceSID, sms?.messagingServiceSID, ["sms", "messaging_service_sid"], &validation
        ) { Self.isSID($0, "MG") }
        settings.sms.from = Self.changed(known.sms.from, sms?.from, ["sms", "from"], &validation, Self.isSender)
        let token = Self.changed(known.sms.secret?.token, sms?.authToken, ["sms", "auth_token"], &validation) {
            $0.utf8.allSatisfy { (0x21...0x7e).contains($0) }
        }
        settings.sms.secret = token.map { SMSSecret(token: $0) }
        try validation.check()
        return settings
    }

    private static func changed(
        _ known: String?, _ text: String?, _ path: [String], _ validation: inout Validation,
        _ isValid: (String) -> Bool
    ) -> String? {
        guard let text else { return known }
        guard !text.isEmpty else { return nil }
        if text.unicodeScalars.count > 255 || !isValid(text) {
            validation.fail(path, "invalid", "This is not a valid value.")
        }
        return text
    }

    private static func isAddress(_ text: String) -> Bool { MailAddress(text) != nil }

    private static func isSID(_ text: String, _ prefix: String) -> Bool {
        text.hasPrefix(prefix) && text.utf8.count == 34 && text.dropFirst(2).allSatisfy(\.isHexDigit)
            && text.utf8.allSatisfy { $0 < 0x80 }
    }

    /// A number, a short code, or a name of at most eleven letters and digits.
    private static func isSender(_ text: String) -> Bool {
        SMSAddress.isE164(text)
            || ((1...11).contains(text.utf8.count)
                && text.utf8.allSatisfy { byte in
                    byte == UInt8(ascii: " ") || (byte < 0x80 && Character(Unicode.Scalar(byte)).isLetter)
                        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                })
    }
}
