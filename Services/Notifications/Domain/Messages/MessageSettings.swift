import Schema

/// As whom an account writes to people, and through whom its text messages go.
struct MessageSettings: Sendable, Equatable {
    /// What recipients see; nil for the deployment's own.
    var senderName: String?
    var senderAddress: String?
    var replyTo: String?
    /// Whether mails about orders are sent by themselves.
    var sendsOrderMail = true
    var sms = SMSAccount()
}

/// An account at an SMS provider of Twilio's kind.
struct SMSAccount: Sendable, Equatable {
    /// The account's name there, `AC…`.
    var sid: String?
    /// Authenticates us, and signs what the provider sends.
    var secret: SMSSecret?
    /// The number, short code or name that messages come from.
    var from: String?
    /// The provider's pool of numbers, `MG…`, instead of `from`.
    var serviceSID: String?

    /// Everything that it takes to send; nil until all of it is there.
    var credentials: (sid: String, secret: SMSSecret)? {
        guard let sid, let secret, from != nil || serviceSID != nil else { return nil }
        return (sid, secret)
    }
}

/// A provider's token. It is stored sealed and never shown.
struct SMSSecret: Codable, Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    let token: String

    var description: String { "SMSSecret(…)" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
