import Edge
import Mail
import Schema

/// The body of `POST /admin/v1/messages`.
struct MessageRequest: Decodable, Sendable {
    let channel: String?
    let purpose: String?
    let profileID: String?
    let phone: String?
    let email: String?
    let name: String?
    let subject: String?
    let text: String?
    let html: String?

    enum CodingKeys: String, CodingKey {
        case channel, purpose, phone, email, name, subject, text, html
        case profileID = "profile_id"
    }

    /// What Twilio takes at once, in up to ten segments.
    private static let longestText = 1600
    private static let longestMail = 200_000

    /// The message, which is decided on when it is sent.
    func message(of account: AccountID, hasTransport: (MessageChannel) -> Bool) throws(RequestError) -> NewMessage {
        var validation = Validation()
        let channel: MessageChannel? = Self.choice(self.channel, "channel", &validation)
        let purpose: MessagePurpose? = Self.choice(self.purpose, "purpose", &validation)
        if let channel, !hasTransport(channel) {
            validation.fail(["channel"], "unavailable", "Nothing is configured that could send this.")
        }
        let person = recipient(channel ?? .sms, &validation)
        let content = content(channel ?? .sms, &validation)
        try validation.check()
        return NewMessage(
            account: account, channel: channel ?? .sms, purpose: purpose ?? .marketing,
            template: MessageContent.ownWords, person: person, content: content)
    }

    private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ text: String?, _ field: String, _ validation: inout Validation
    ) -> Choice? {
        let name = validation.required(text, field)
        guard !name.isEmpty else { return nil }
        if let choice = Choice(rawValue: name) { return choice }
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        validation.fail([field], "invalid_choice", "This must be one of: \(known).")
        return nil
    }

    /// The person whom it is for, if it is for a person rather than an address.
    private func recipient(_ channel: MessageChannel, _ validation: inout Validation) -> CustomerID? {
        let (field, address, other) =
            channel == .sms ? ("phone", phone, email) : ("email", email, phone)
        if let other, !other.isEmpty {
            validation.fail(
                [channel == .sms ? "email" : "phone"], "not_allowed", "This does not belong to the channel.")
        }
        guard let profileID, !profileID.isEmpty else {
            let text = validation.required(address, field)
            if !text.isEmpty, !Self.isAddress(text, channel) {
                validation.fail(
                    [field], "invalid",
                    channel == .sms ? "This is not a number in E.164." : "This is not a mail address.")
            }
            return nil
        }
        if address?.isEmpty == false {
            validation.fail([field], "not_allowed", "Either this or profile_id names the recipient.")
        }
        let person = ProfileID(profileID)?.customerID ?? CustomerID(profileID)
        if person == nil { validation.fail(["profile_id"], "invalid_id", "This is not a profile's id.") }
        return person
    }

    private static func isAddress(_ text: String, _ channel: MessageChannel) -> Bool {
        channel == .sms ? SMSAddress.isE164(text) : MailAddress(text) != nil
    }

    private func content(_ channel: MessageChannel, _ validation: inout Validation) -> MessageContent {
        var content = MessageContent(
            address: channel == .sms ? phone : email, name: validation.optional(name, "name"))
        if content.address?.isEmpty == true { content.address = nil }
        if channel == .sms {
            content.text = validation.required(text, "text", maximum: Self.longestText)
            for (field, value) in [("subject", subject), ("html", html)] where value?.isEmpty == false {
                validation.fail([field], "not_allowed", "Text messages have none.")
            }
        } else {
            content.subject = validation.required(subject, "subject", maximum: 255)
            content.text = validation.required(text, "text", maximum: Self.longestMail)
            content.html = validation.optional(html, "html", maximum: Self.longestMail)
        }
        return content
    }
}
