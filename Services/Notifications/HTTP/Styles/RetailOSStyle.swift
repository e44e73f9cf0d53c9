import Edge
import FoundationEssentials
import Schema

/// Webhooks of the clienteling API (`retailos.md`, "RetailOS Outbound integrations"): the whole record, put where its
/// receiver keeps it.
enum RetailOSStyle: WebhookStyle {
    static let name = "retailos"
    static let payloadVersion = "v1"
    static let resources = ["customer"]
    static let urlParameters = ["externalCustomerId"]

    static let templates = [
        MessageTemplate("customer.created", CustomerCreated.self) { event, keyring in
            try RetailRecord(event.customer, isNew: true, keyring)
        },
        MessageTemplate("customer.updated", CustomerUpdated.self) { event, keyring in
            try RetailRecord(event.customer, isNew: false, keyring)
        },
        MessageTemplate("customer.updated", CustomersJoined.self) { event, keyring in
            try RetailRecord(event.customer, isNew: false, keyring)
        },
    ]

    static func request(
        for message: WebhookMessage, to endpoint: WebhookEndpoint, keyring: DataKeyring
    ) throws -> WebhookRequest {
        let record = try record(of: message, keyring)
        let url = endpoint.settings.url.replacing("{externalCustomerId}", with: Self.segment(record.externalID))
        return WebhookRequest(
            id: message.event.id.description, method: .put, url: url, body: try JSON.encode(["customer": record.body]))
    }

    /// Receivers verify Standard Webhooks' signature, or the `authorization` that the endpoint was given.
    static func signature(
        of request: WebhookRequest, at seconds: Int64, secrets: [WebhookSecret]
    ) -> [(String, String)] { [] }

    private static func record(of message: WebhookMessage, _ keyring: DataKeyring) throws -> RetailRecord {
        let template = templates.first { $0.type == message.type && $0.announces(message.event) }
        let record = try template?.object(message.event.payload, keyring) as? RetailRecord
        guard let record else { throw UnknownMessageType(type: message.type) }
        return record
    }

    /// An id as one segment of a path. Dots alone would be a way up to who reads the path.
    private static func segment(_ id: String) -> String {
        id.allSatisfy { $0 == "." } ? id.replacing(".", with: "%2E") : PercentEncoding.encode(id)
    }
}

/// One record, and under what id its receiver knows it.
private struct RetailRecord: Encodable, Sendable {
    /// The client's own id; ours where no client gave one.
    let externalID: String
    let body: [String: JSONValue]

    init(_ customer: CustomerSnapshot, isNew: Bool, _ keyring: DataKeyring) throws {
        let details = try keyring.open(customer.person)
        let isGiven = customer.isExternalIDGiven ?? true
        externalID = isGiven ? customer.externalID : customer.id.uuid.uuidString.lowercased()
        body = RetailOS.customer(
            id: customer.id.uuid, externalID: isGiven ? customer.externalID : nil, details: details,
            retail: details.retail, acceptsMarketing: customer.acceptsMarketing,
            createdAt: customer.createdAt, updatedAt: customer.updatedAt, isNew: isNew)
    }

    func encode(to encoder: any Encoder) throws {
        try body.encode(to: encoder)
    }
}
