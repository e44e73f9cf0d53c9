import Schema

/// What an endpoint and its sender keep between them. Stored sealed as one value.
struct EndpointSecrets: Codable, Sendable {
    /// Signs every message.
    private(set) var current: WebhookSecret
    /// Signs as well until then, while the receiver changes over.
    private(set) var previous: WebhookSecret?
    private(set) var previousExpiresAt: Timestamp?
    /// Headers that the receiver wants on every request; often its own API key.
    var headers: [String: String]
    /// How its connections are secured, if it wants that otherwise than others.
    var tls: EndpointTLS?

    init(current: WebhookSecret = .random(), headers: [String: String] = [:], tls: EndpointTLS? = nil) {
        self.current = current
        self.headers = headers
        self.tls = tls
    }

    /// The secrets that sign at `now`, the current one first.
    func signing(at now: Timestamp) -> [WebhookSecret] {
        guard let previous, let previousExpiresAt, now < previousExpiresAt else { return [current] }
        return [current, previous]
    }

    /// Puts a new secret in the current one's place, which goes on signing until `overlap` has passed.
    mutating func rotate(to next: WebhookSecret = .random(), at now: Timestamp, overlap: Duration) {
        previous = current
        previousExpiresAt = now + overlap
        current = next
    }

    enum CodingKeys: String, CodingKey {
        case current, previous, headers, tls
        case previousExpiresAt = "previous_expires_at"
    }
}

extension WebhookSecret: Codable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let secret = WebhookSecret(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a whsec_ secret")
        }
        self = secret
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
