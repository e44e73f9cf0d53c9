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
    static let knowsBatches = true

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

    /// "Plural of the resource with an array of objects."
    static func batch(
        of messages: [WebhookMessage], to endpoint: WebhookEndpoint, keyring: DataKeyring
    ) throws -> WebhookRequest {
        let records = try messages.map { try record(of: $0, keyring) }
        return WebhookRequest(
            id: "", method: .put, url: endpoint.settings.url,
            body: try JSON.encode(["customers": records.map(\.body)]), records: records.map(\.names))
    }

    /// Reads `{"results": [{"id" or "externalCustomerId": …, "error": …}]}`; what is not named was taken.
    static func refusals(in answer: JSONValue, to request: WebhookRequest) -> [Int: String] {
        guard case .array(let results) = answer["results"] else { return [:] }
        var refusals: [Int: String] = [:]
        for result in results {
            guard let error = result["error"], error != .null, error != false else { continue }
            let names = ["externalCustomerId", "id"].compactMap { name in
                if case .string(let text) = result[name] { text } else { nil }
            }
            guard let name = names.first else { continue }
            let text = if case .string(let text) = error { text } else { error.serialized() }
            for index in request.records.indices where request.records[index].contains(name) { refusals[index] = text }
        }
        return refusals
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
    /// All ids of it.
    let names: Set<String>

    init(_ customer: CustomerSnapshot, isNew: Bool, _ keyring: DataKeyring) throws {
        let details = try keyring.open(customer.person)
        let id = customer.id.uuid.uuidString.lowercased()
        let isGiven = customer.isExternalIDGiven ?? true
        externalID = isGiven ? customer.externalID : id
        names = [id, externalID]
        body = RetailOS.customer(
            id: customer.id.uuid, externalID: isGiven ? customer.externalID : nil, details: details,
            retail: details.retail, acceptsMarketing: customer.acceptsMarketing,
            createdAt: customer.createdAt, updatedAt: customer.updatedAt, isNew: isNew)
    }

    func encode(to encoder: any Encoder) throws {
        try body.encode(to: encoder)
    }
}
