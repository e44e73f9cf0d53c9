import Mail
import Schema

/// Through what messages leave. A channel without a transport has none queued.
struct MessageTransports: Sendable {
    var writer: MailWriter
    var mail: MailTransport?
    /// For accounts with one.
    var sms: SMSProvider
    /// For the other accounts.
    var smsFiles: FileOutbox?

    /// Hands a message over.
    func send(
        _ message: ClaimedMessage, _ content: MessageContent, to address: String, _ settings: MessageSettings
    ) async -> MessageOutcome {
        switch message.channel {
        case .email: await sendMail(message, content, to: address, settings)
        case .sms: await sendText(message, content, to: address, settings)
        }
    }

    private func sendMail(
        _ message: ClaimedMessage, _ content: MessageContent, to address: String, _ settings: MessageSettings
    ) async -> MessageOutcome {
        guard let mail else { return .refused(reason: "No mail server is configured.") }
        do {
            return await mail.send(try writer.mail(message, content, to: address, settings))
        } catch let error as MailWriter.Unwritable {
            return .refused(reason: error.reason)
        } catch {
            return .refused(reason: "The mail could not be written: \(type(of: error)).")
        }
    }

    private func sendText(
        _ message: ClaimedMessage, _ content: MessageContent, to address: String, _ settings: MessageSettings
    ) async -> MessageOutcome {
        guard let text = content.text else { return .refused(reason: "There is nothing to say.") }
        guard SMSAddress.isE164(address) else { return .refused(reason: "This is no number in E.164.") }
        if let credentials = settings.sms.credentials {
            return await sms.send(
                text, to: address, settings.sms, sid: credentials.sid, secret: credentials.secret,
                of: message.account)
        }
        guard let smsFiles else { return .refused(reason: "No SMS provider is configured.") }
        do {
            let file = SMSFile(to: address, from: settings.sms.from, body: text, createdAt: message.createdAt)
            try smsFiles.write(try JSON.encode(file), as: "\(message.id).json")
            return .sent(providerID: nil)
        } catch {
            return .failed(reason: "The text message could not be written: \(type(of: error)).")
        }
    }

    func shutdown() async {
        mail?.shutdown()
        await sms.shutdown()
    }

    private struct SMSFile: Encodable {
        let to: String
        let from: String?
        let body: String
        let createdAt: Timestamp

        enum CodingKeys: String, CodingKey {
            case to, from, body
            case createdAt = "created_at"
        }
    }
}
