import Edge
import FoundationEssentials
import Schema

/// Webhooks of the clienteling API (`retailos.md`, "RetailOS Outbound integrations"): the whole record, put where its
/// receiver keeps it. Messages are named `<resource>.created` and `<resource>.updated`.
enum RetailOSStyle: WebhookStyle {
    static let name = "retailos"
    static let resources = RetailOS.Resource.allCases.map(\.rawValue)
    static let knowsBatches = true

    static func urlParameters(of resource: String?) -> [String] {
        resource.flatMap(RetailOS.Resource.init).map { [$0.externalID] } ?? []
    }

    static let templates =
        [
            customer("created", CustomerCreated.self) { $0.customer },
            customer("updated", CustomerUpdated.self) { $0.customer },
            customer("updated", CustomersJoined.self) { $0.customer },
        ] + [
            order("created", OrderPlaced.self) { $0.order },
            order("updated", OrderMatched.self) { $0.order },
            order("updated", OrderUnmatched.self) { $0.order },
            order("updated", OrderModified.self) { $0.order },
            order("updated", OrderCancelled.self) { $0.order },
            order("updated", UpsellAdded.self) { $0.order },
            order("updated", OrderCompleted.self) { $0.order },
            order("updated", OrderRefunded.self) { $0.order },
            order("updated", OrderChargedBack.self) { $0.order },
        ] + [
            product("created", ListingPublished.self) { $0.listing },
            product("updated", ListingUpdated.self) { $0.listing },
            product("updated", ListingSold.self) { $0.listing },
        ] + [
            store("created", StoreCreated.self) { $0.store },
            store("updated", StoreUpdated.self) { $0.store },
        ]

    static func request(
        for message: WebhookMessage, to endpoint: WebhookEndpoint, keyring: DataKeyring
    ) throws -> WebhookRequest {
        let record = try record(of: message, for: endpoint, keyring)
        let resource = record.resource
        let url = endpoint.settings.url.replacing(
            "{\(resource.externalID)}", with: Self.segment(record.externalID))
        return WebhookRequest(
            id: message.event.id.description, method: .put, url: url,
            body: try JSON.encode([resource.rawValue: record.body]))
    }

    /// "Plural of the resource with an array of objects." There is more than one only where an endpoint was given another
    /// resource while messages waited.
    static func batch(
        of messages: [WebhookMessage], to endpoint: WebhookEndpoint, keyring: DataKeyring
    ) throws -> WebhookRequest {
        let records = try messages.map { try record(of: $0, for: endpoint, keyring) }
        let byResource = Dictionary(grouping: records, by: \.resource.plural)
        return WebhookRequest(
            id: "", method: .put, url: endpoint.settings.url,
            body: try JSON.encode(RetailBatch(records: byResource, events: messages.map { EventPlace($0.event) })),
            records: records.map(\.names))
    }

    /// Reads `{"results": [{"id" or "externalCustomerId": …, "error": …}]}`; what is not named was taken.
    static func refusals(in answer: JSONValue, to request: WebhookRequest) -> [Int: String] {
        guard case .array(let results) = answer["results"] else { return [:] }
        var refusals: [Int: String] = [:]
        for result in results {
            guard let error = result["error"], error != .null, error != false else { continue }
            let names = (RetailOS.Resource.allCases.map(\.externalID) + ["id"]).compactMap { name in
                if case .string(let text) = result[name] { text } else { nil }
            }
            guard let name = names.first else { continue }
            let text = if case .string(let text) = error { text } else { error.serialized() }
            for index in request.records.indices where request.records[index].contains(name) { refusals[index] = text }
        }
        return refusals
    }

    private static func record(
        of message: WebhookMessage, for endpoint: WebhookEndpoint, _ keyring: DataKeyring
    ) throws -> RetailRecord {
        let template = try template(for: message, version: endpoint.payloadVersion)
        let record = try template.object(message.event.payload, keyring) as? RetailRecord
        guard let record else { throw UnknownMessageType(type: message.type) }
        return record
    }

    /// An id as one segment of a path. Dots alone would be a way up to who reads the path.
    private static func segment(_ id: String) -> String {
        id.allSatisfy { $0 == "." } ? id.replacing(".", with: "%2E") : PercentEncoding.encode(id)
    }
}

// MARK: Templates

extension RetailOSStyle {
    private static func template<E: Event>(
        _ resource: RetailOS.Resource, _ verb: String, _ event: E.Type,
        _ body: @escaping @Sendable (E, _ isNew: Bool, DataKeyring) throws -> [String: JSONValue]
    ) -> MessageTemplate {
        MessageTemplate("\(resource.rawValue).\(verb)", event) { event, keyring in
            RetailRecord(resource, try body(event, verb == "created", keyring))
        }
    }

    private static func customer<E: Event>(
        _ verb: String, _ event: E.Type, _ customer: @escaping @Sendable (E) -> CustomerSnapshot
    ) -> MessageTemplate {
        template(.customer, verb, event) { event, isNew, keyring in
            let customer = customer(event)
            let details = try keyring.open(customer.person)
            return RetailOS.customer(
                id: customer.id.uuid, externalID: customer.isExternalIDGiven ?? true ? customer.externalID : nil,
                details: details, retail: details.retail, acceptsMarketing: customer.acceptsMarketing,
                createdAt: customer.createdAt, updatedAt: customer.updatedAt, isNew: isNew)
        }
    }

    private static func order<E: Event>(
        _ verb: String, _ event: E.Type, _ order: @escaping @Sendable (E) -> OrderSnapshot
    ) -> MessageTemplate {
        template(.order, verb, event) { event, isNew, keyring in
            let order = order(event)
            return RetailOS.order(
                order, buyer: try order.buyer.map { try keyring.open($0) },
                retail: try order.retail.map { try keyring.open($0) }, isNew: isNew)
        }
    }

    private static func product<E: Event>(
        _ verb: String, _ event: E.Type, _ listing: @escaping @Sendable (E) -> ListingSnapshot
    ) -> MessageTemplate {
        template(.product, verb, event) { event, isNew, keyring in
            let listing = listing(event)
            return RetailOS.product(listing, retail: try listing.retail.map { try keyring.open($0) }, isNew: isNew)
        }
    }

    private static func store<E: Event>(
        _ verb: String, _ event: E.Type, _ store: @escaping @Sendable (E) -> StoreSnapshot
    ) -> MessageTemplate {
        template(.store, verb, event) { event, isNew, keyring in
            let store = store(event)
            return RetailOS.store(store, retail: try store.retail.map { try keyring.open($0) }, isNew: isNew)
        }
    }
}

/// One record, and under what id its receiver knows it.
private struct RetailRecord: Encodable, Sendable {
    let resource: RetailOS.Resource
    let body: [String: JSONValue]
    /// The client's own id; ours where no client gave one.
    let externalID: String
    /// All ids of it.
    let names: Set<String>

    init(_ resource: RetailOS.Resource, _ body: [String: JSONValue]) {
        self.resource = resource
        self.body = body
        let ids = ["id", resource.externalID].compactMap { name in
            if case .string(let text)? = body[name] { text } else { nil }
        }
        externalID = ids.last ?? ""
        names = Set(ids)
    }

    func encode(to encoder: any Encoder) throws {
        try body.encode(to: encoder)
    }
}

/// The body of a batch. Beside the documented records it tells of which event each of them is.
private struct RetailBatch: Encodable {
    /// By the plural of their resource.
    let records: [String: [RetailRecord]]
    let events: [EventPlace]

    private enum CodingKeys: CodingKey {
        case events
    }

    func encode(to encoder: any Encoder) throws {
        try records.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(events, forKey: .events)
    }
}
