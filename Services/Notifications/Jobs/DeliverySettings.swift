import Schema
import ServiceKit

/// How the engine works: what the operator configures, and what only tests change.
struct DeliverySettings: Sendable {
    /// For endpoints that have no retry settings of their own.
    var schedule = RetrySchedule([.seconds(5), .seconds(30), .seconds(120)])
    /// How long one attempt may take.
    var timeout = Duration.seconds(15)
    /// Most deliveries under way at once to receivers that answer soon, as many again to slow ones; and most of them to one
    /// endpoint.
    var capacity = 256
    var width = 64
    /// How long an endpoint may do nothing but fail.
    var patience = Duration.seconds(5 * 86_400)
    /// How long a delivery waits for its sender when that dies; renewed while the sender lives.
    var lease = Duration.seconds(10)
    /// The least time between two claims under load: what becomes due meanwhile shares one. Less after small claims.
    var pace = Duration.milliseconds(5)
    /// How often to look for retries that are due, and for what other replicas left behind.
    var poll = Duration.milliseconds(250)
    /// How long deliveries that are done are kept.
    var retention = Duration.seconds(30 * 86_400)
    var transport = TransportSettings()

    init() {}

    init(_ configuration: WebhookConfiguration) {
        schedule = RetrySchedule(configuration.retrySchedule)
        timeout = configuration.timeout
        capacity = configuration.connections
        patience = configuration.disableAfter
        retention = configuration.retention
        transport = TransportSettings(
            allowsPrivateAddresses: configuration.allowsPrivateAddresses, trustedRoots: configuration.trustedRoots,
            clientCertificate: configuration.clientCertificate, clientKey: configuration.clientKey,
            // Endpoints may share a host: what bounds them is their lanes, and none may wait for another's connection.
            connectionsPerDestination: 3 * capacity)
    }
}
