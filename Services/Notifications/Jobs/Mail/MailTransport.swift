import Mail
import Schema

/// How mail leaves: by SMTP, or as files for development.
enum MailTransport: Sendable {
    case smtp(SMTPClient)
    case files(FileOutbox)

    /// What came of handing a mail over.
    func send(_ mail: MailMessage) async -> MessageOutcome {
        switch self {
        case .files(let outbox):
            do {
                try outbox.write(mail.encoded(), as: "\(mail.id).eml")
                return .sent(providerID: mail.messageID)
            } catch {
                return .failed(reason: "The mail could not be written: \(type(of: error)).")
            }
        case .smtp(let client):
            do {
                try await client.send(mail)
                return .sent(providerID: mail.messageID)
            } catch let error as SMTPError {
                // The address is personal data, and kept sealed.
                let words = error.description.replacing(mail.to.address, with: "the recipient")
                let reason = "The mail server: \(words)"
                return error.isPermanent ? .refused(reason: reason) : .failed(reason: reason)
            } catch {
                return .failed(reason: "The mail was given up: the service stops.")
            }
        }
    }

    func shutdown() {
        if case .smtp(let client) = self { client.shutdown() }
    }
}
