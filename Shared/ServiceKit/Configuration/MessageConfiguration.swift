/// How the notifications service sends mail and text messages; its own rows of ``ConfigurationTable``.
public struct MessageConfiguration: Sendable, Hashable {
    /// `smtp://host:587` or `smtps://host:465`; nil without a mail server.
    public var smtpURL: String?
    public var smtpUser: String?
    public var smtpPassword: String?
    /// PEM file of the only certificate authorities to trust; nil for the system's.
    public var smtpTrustedRoots: String?
    /// Whether `smtp://` must turn to TLS.
    public var smtpRequiresTLS: Bool
    /// How long one mail may take.
    public var smtpTimeout: Duration
    /// Where mail is written instead of being sent; nil writes none.
    public var mailOutbox: String?
    /// Who sends for accounts that have no sender of their own.
    public var mailSender: String
    /// Where the SMS provider answers, without a slash at the end.
    public var smsURL: String
    /// Where text messages of accounts without a provider are written; nil writes none.
    public var smsOutbox: String?
    /// The waits between attempts, before jitter.
    public var retrySchedule: [Duration]
    /// How long messages that were sent or given up are kept.
    public var retention: Duration
    /// Where SMS providers reach this installation, without a slash at the end.
    public var publicURL: String

    init(_ reader: inout ConfigurationReader) {
        let smtpURL = reader.value(.smtpURL, or: "", "an address such as smtp://mail.example:587") { text in
            text.isEmpty || Self.isMailServer(text) ? text : nil
        }
        self.smtpURL = Self.text(smtpURL)
        smtpUser = Self.text(reader.text(.smtpUser))
        smtpPassword = Self.text(reader.text(.smtpPassword))
        smtpTrustedRoots = Self.text(reader.text(.smtpTrustedRoots))
        smtpRequiresTLS = reader.boolean(.smtpRequireTLS)
        smtpTimeout = .milliseconds(reader.integer(.smtpTimeout, in: 100...300_000))
        mailOutbox = Self.text(reader.text(.mailOutbox))
        mailSender = reader.value(.mailSender, or: "", "a mail address such as orders@shop.example") { text in
            text.split(separator: "@", omittingEmptySubsequences: false).count == 2 ? text : nil
        }
        smsURL = reader.address(.smsURL)
        smsOutbox = Self.text(reader.text(.smsOutbox))
        retrySchedule = reader.durations(.messageRetries)
        retention = .seconds(reader.integer(.messageRetention, in: 1...3_650) * 86_400)
        publicURL = reader.address(.publicURL)
    }

    private static func isMailServer(_ text: String) -> Bool {
        ["smtp://", "smtps://"].contains { text.hasPrefix($0) && text.count > $0.count }
            && text.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "@") }
    }

    private static func text(_ text: String) -> String? { text.isEmpty ? nil : text }
}
