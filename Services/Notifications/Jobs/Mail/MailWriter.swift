import Mail
import Schema

/// Makes mails of messages.
struct MailWriter: Sendable {
    /// Who sends for accounts that have no sender of their own; its domain is that of all Message-IDs, so that they stay
    /// the same when an account changes its sender.
    let sender: MailAddress

    /// A mail cannot be made. Says why, without the address.
    struct Unwritable: Error {
        let reason: String
    }

    /// - Throws: ``Unwritable`` for a recipient that is no mail address, or a message without a text.
    func mail(
        _ message: ClaimedMessage, _ content: MessageContent, to address: String, _ settings: MessageSettings
    ) throws -> MailMessage {
        guard let recipient = MailAddress(name: content.name, address) else {
            throw Unwritable(reason: "This is no address that mail can be sent to.")
        }
        let from = sender(settings)
        let text = try text(message, content, to: recipient.name, signedBy: from.name ?? from.address)
        return MailMessage(
            id: message.id.description, domain: String(sender.domain),
            time: message.createdAt.microseconds / 1_000_000, from: from,
            replyTo: settings.replyTo.flatMap { MailAddress($0) }, to: recipient, subject: text.subject,
            text: text.text, html: text.html)
    }

    private func sender(_ settings: MessageSettings) -> MailAddress {
        let address = settings.senderAddress ?? sender.address
        return MailAddress(name: settings.senderName ?? sender.name, address) ?? sender
    }

    private func text(
        _ message: ClaimedMessage, _ content: MessageContent, to recipient: String?, signedBy name: String
    ) throws -> MailRenderer.Text {
        if let template = MailTemplate(rawValue: message.template),
            let model = MailModel.model(of: content, to: recipient, from: name)
        {
            return try MailRenderer.render(template, model)
        }
        guard let subject = content.subject, let text = content.text else {
            throw Unwritable(reason: "There is nothing to say.")
        }
        return MailRenderer.Text(subject: subject, text: text, html: content.html)
    }
}
