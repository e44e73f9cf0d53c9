/// How the notifications service delivers webhooks; the `CARAVAN_WEBHOOK_…` rows of ``ConfigurationTable``.
public struct WebhookConfiguration: Sendable, Hashable {
    /// The waits between attempts, before jitter; as many retries as entries.
    public var retrySchedule: [Duration]
    /// How long a receiver may take for one delivery.
    public var timeout: Duration
    /// Most deliveries under way at once.
    public var connections: Int
    /// How long an endpoint may do nothing but fail before it is disabled.
    public var disableAfter: Duration
    /// How long deliveries that were made or have failed are kept.
    public var retention: Duration
    /// Whether plain HTTP and loopback, private and link-local addresses are allowed.
    public var allowsPrivateAddresses: Bool
    /// PEM file of the only certificate authorities to trust; `nil` for the system's.
    public var trustedRoots: String?
    /// PEM file of the client certificate for receivers that ask for one.
    public var clientCertificate: String?
    /// PEM file of the client certificate's private key.
    public var clientKey: String?

    init(_ reader: inout ConfigurationReader) {
        retrySchedule = reader.durations(.webhookSchedule)
        timeout = .milliseconds(reader.integer(.webhookTimeout, in: 100...60_000))
        connections = reader.integer(.webhookConnections, in: 1...10_000)
        disableAfter = .seconds(reader.integer(.webhookDisableAfter, in: 1...8_760) * 3600)
        retention = .seconds(reader.integer(.webhookRetention, in: 1...3_650) * 86_400)
        allowsPrivateAddresses = reader.boolean(.webhookAllowPrivate)
        trustedRoots = Self.path(reader.text(.webhookTrustedRoots))
        clientCertificate = Self.path(reader.text(.webhookClientCertificate))
        clientKey = Self.path(reader.text(.webhookClientKey))
    }

    private static func path(_ text: String) -> String? { text.isEmpty ? nil : text }
}
