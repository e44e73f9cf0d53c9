/// A mail in HTML and text, which becomes the same bytes whenever it is encoded.
public struct MailMessage: Sendable {
    /// Unique in the world and the same for every attempt to send it, so that receivers can drop what they have:
    /// the part of Message-ID before the `@`, ASCII letters, digits and `_`.
    public var id: String
    /// The part of Message-ID behind the `@`.
    public var domain: String
    /// Seconds since 1970 of the Date header.
    public var time: Int64
    public var from: MailAddress
    public var replyTo: MailAddress?
    public var to: MailAddress
    public var subject: String
    public var text: String
    /// Without one the mail is plain text.
    public var html: String?

    /// Makes a mail from its parts.
    public init(
        id: String, domain: String, time: Int64, from: MailAddress, replyTo: MailAddress? = nil, to: MailAddress,
        subject: String, text: String, html: String? = nil
    ) {
        self.id = id
        self.domain = domain
        self.time = time
        self.from = from
        self.replyTo = replyTo
        self.to = to
        self.subject = subject
        self.text = text
        self.html = html
    }

    /// The Message-ID (RFC 5322, 3.6.4), with its angle brackets.
    public var messageID: String { "<\(id)@\(domain)>" }

    /// The mail as it travels: RFC 5322 with the parts of RFC 2046, lines end with CRLF.
    public func encoded() -> [UInt8] {
        var headers = [
            ("Date", MailDate.text(time)), ("From", from.headerText), ("To", to.headerText),
            ("Subject", HeaderText.unstructured(subject)), ("Message-ID", messageID),
        ]
        if let replyTo { headers.append(("Reply-To", replyTo.headerText)) }
        // RFC 3834: no vacation notices, please.
        headers += [("Auto-Submitted", "auto-generated"), ("MIME-Version", "1.0")]
        guard let html else {
            return Self.block(headers + Self.part("plain")) + QuotedPrintable.encode(text) + Self.end
        }
        // Quoted-printable never has `=_`, so that no text can hold the boundary.
        let boundary = "=_\(id)"
        headers.append(("Content-Type", "multipart/alternative; boundary=\"\(boundary)\""))
        let opening = Array("--\(boundary)\r\n".utf8)
        var mail = Self.block(headers)
        mail += opening + Self.block(Self.part("plain")) + QuotedPrintable.encode(text) + Self.end
        mail += opening + Self.block(Self.part("html")) + QuotedPrintable.encode(html) + Self.end
        return mail + Array("--\(boundary)--\r\n".utf8)
    }

    private static let end: [UInt8] = [13, 10]

    private static func part(_ subtype: String) -> [(String, String)] {
        [("Content-Type", "text/\(subtype); charset=utf-8"), ("Content-Transfer-Encoding", "quoted-printable")]
    }

    private static func block(_ headers: [(String, String)]) -> [UInt8] {
        Array((headers.map { "\($0.0): \($0.1)\r\n" }.joined() + "\r\n").utf8)
    }
}
