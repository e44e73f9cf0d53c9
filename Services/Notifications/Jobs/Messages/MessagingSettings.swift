import Mail
import Schema
import ServiceKit

/// How mail and text messages are sent: what the operator configures, and what only tests change.
struct MessagingSettings: Sendable {
    var smtp: SMTPServer?
    var mailOutbox: FileOutbox?
    var mailSender: MailAddress
    var smsURL: String
    var smsOutbox: FileOutbox?
    var publicURL: String
    var pace = MessagePace()

    /// The configured sender is no mail address.
    struct WrongSender: Error, CustomStringConvertible {
        let description = "CARAVAN_MAIL_SENDER must be a mail address such as orders@shop.example"
    }

    /// - Throws: ``WrongSender``, or `SMTPError` when there is a mail server and no libcurl to reach it with.
    init(_ configuration: MessageConfiguration) throws {
        guard let sender = MailAddress(configuration.mailSender) else { throw WrongSender() }
        mailSender = sender
        if let url = configuration.smtpURL {
            try SMTPClient.checkAvailability()
            var server = SMTPServer(url: url)
            server.username = configuration.smtpUser
            server.password = configuration.smtpPassword
            server.trustedRoots = configuration.smtpTrustedRoots
            server.requiresTLS = configuration.smtpRequiresTLS
            server.timeout = configuration.smtpTimeout
            smtp = server
        }
        mailOutbox = configuration.mailOutbox.map { FileOutbox(directory: $0) }
        smsURL = configuration.smsURL
        smsOutbox = configuration.smsOutbox.map { FileOutbox(directory: $0) }
        publicURL = configuration.publicURL
        pace.schedule = RetrySchedule(configuration.retrySchedule)
        pace.retention = configuration.retention
        // A lease outlasts the longest attempt.
        pace.lease = configuration.smtpTimeout + .seconds(90)
    }

    /// Whether mails can leave.
    var sendsMail: Bool { smtp != nil || mailOutbox != nil }

    /// Whether messages of a channel can leave for an account of these settings.
    @Sendable func hasTransport(_ channel: MessageChannel, _ settings: MessageSettings) -> Bool {
        channel == .email ? sendsMail : smsOutbox != nil || settings.sms.credentials != nil
    }

    /// - Parameter transport: How other connections to the outside are made.
    func transports(_ transport: TransportSettings) throws -> MessageTransports {
        let mail: MailTransport? =
            try smtp.map { .smtp(try SMTPClient(server: $0)) } ?? mailOutbox.map { .files($0) }
        let provider = SMSProvider(
            baseURL: smsURL, publicURL: publicURL,
            transport: try WebhookTransport(settings: transport, timeout: .seconds(15)))
        return MessageTransports(
            writer: MailWriter(sender: mailSender), mail: mail, sms: provider, smsFiles: smsOutbox)
    }
}
