import Edge
import Foundation
import Schema
import TestKit
import Testing

@testable import Notifications

@Suite struct RetailOSStyleTests {
    private static let url = "https://shop.example/customer/{externalCustomerId}"
    private let keyring: DataKeyring

    init() throws {
        keyring = try DataKeyring("k1:" + DataKeyring.generateKey())
    }

    private func customer(
        _ externalID: String = "customer-7", isGiven: Bool? = true, retail: JSONValue? = nil
    ) throws -> CustomerSnapshot {
        var person = PersonalDetails(email: "jo@shop.example", phone: "+44 7911 123456", firstName: "Jo")
        person.retail = retail
        let created = Timestamp(microseconds: 1_585_143_690_709_000)
        return CustomerSnapshot(
            id: ID<Customer>(), externalID: externalID, acceptsMarketing: true, person: try keyring.seal(person),
            createdAt: created, updatedAt: created, isExternalIDGiven: isGiven)
    }

    private func message(_ type: String, _ event: some Event) throws -> WebhookMessage {
        WebhookMessage(
            type: type,
            event: RecordedEvent(
                id: WebhookEventID(), account: AccountID(), type: Swift.type(of: event).type, subject: "subject",
                sequence: 1, time: .now(), traceparent: nil, payload: try JSON.encode(event)))
    }

    private func endpoint(_ url: String = url, batchSize: Int? = nil) throws -> Notifications.WebhookEndpoint {
        Notifications.WebhookEndpoint(
            id: WebhookEndpointID(), account: AccountID(), name: "clienteling",
            settings: EndpointSettings(
                url: url, style: "retailos", events: ["*"], retry: RetrySettings(), batchSize: batchSize,
                resource: "customer"),
            payloadVersion: "v1", secrets: try keyring.seal(EndpointSecrets()), createdAt: .now(), configuredAt: .now())
    }

    private func request(
        _ type: String, _ event: some Event
    ) throws -> (request: WebhookRequest, customer: [String: JSONValue]) {
        let request = try RetailOSStyle.request(for: try message(type, event), to: try endpoint(), keyring: keyring)
        let body = try JSON.decode([String: [String: JSONValue]].self, from: request.body)
        return (request, try #require(body["customer"]))
    }

    @Test func `the whole customer is put where its receiver keeps it`() throws {
        let snapshot = try customer(retail: ["title": "Mr", "address": ["city": "London"], "smsMarketing": true])
        let (request, body) = try request("customer.created", CustomerCreated(customer: snapshot))
        #expect(request.method == .put)
        #expect(request.url == "https://shop.example/customer/customer-7")
        #expect(body["id"] == .string(snapshot.id.uuid.uuidString.lowercased()))
        #expect(body["externalCustomerId"] == "customer-7")
        #expect(body["firstName"] == "Jo" && body["lastName"] == .null && body["email"] == "jo@shop.example")
        #expect(body["title"] == "Mr" && body["gender"] == .null && body["address"] == ["city": "London"])
        #expect(body["smsMarketing"] == true && body["generalMarketing"] == true && body["postMarketing"] == false)
        #expect(Set(body.keys).isSuperset(of: ["registeredById", "registeredAtId", "territoryId", "reporting"]))
    }

    /// What the events of a resource carry.
    private static let created = Timestamp(microseconds: 1_585_143_690_709_000)

    private func order() throws -> OrderSnapshot {
        var order = OrderSnapshot(
            id: ID(), channelOrderID: "o/1", externalID: nil, status: .pending, currency: .eur, total: 25_050,
            lineItems: [OrderLine(externalID: "watch-1", sku: "W", quantity: 2, unitAmount: 12_525)],
            buyer: try keyring.seal(Buyer(email: "jo@shop.example", city: "London")), orderedAt: Self.created,
            createdAt: Self.created, updatedAt: Self.created)
        order.retail = try keyring.seal(["externalStoreId": "soho", "details": ["gift": true]])
        return order
    }

    private func listing() throws -> ListingSnapshot {
        var listing = ListingSnapshot(
            id: ID(), externalID: "watch-1", sku: nil, status: .active, description: nil,
            price: Money(minorUnits: 540_050, currency: .eur), quantity: 2, available: 1,
            photos: [ListingPhoto(url: "https://shop.example/1.jpg", order: 0)], watch: WatchDetails(brand: "Omega"),
            createdAt: Self.created, updatedAt: Self.created)
        listing.retail = try keyring.seal(["name": "Diver"])
        return listing
    }

    private func store() throws -> StoreSnapshot {
        var store = StoreSnapshot(
            id: StoreID(), externalID: "soho", name: "Soho", status: .active, address: nil, createdAt: Self.created,
            updatedAt: Self.created)
        store.retail = try keyring.seal(["telephone": "+44 20 7946 0000"])
        return store
    }

    private func put(_ type: String, _ event: some Event, _ resource: RetailOS.Resource) throws -> [String: JSONValue] {
        let endpoint = try endpoint("https://shop.example/{\(resource.externalID)}")
        let request = try RetailOSStyle.request(for: try message(type, event), to: endpoint, keyring: keyring)
        let body = try JSON.decode([String: [String: JSONValue]].self, from: request.body)
        #expect(Array(body.keys) == [resource.rawValue])
        let record = try #require(body[resource.rawValue])
        let id = try #require(record[resource.externalID]?.string)
        #expect(request.url == "https://shop.example/" + PercentEncoding.encode(id))
        #expect(record["createdAt"] == .string(Self.created.rfc3339))
        #expect((record["createdAt"] == record["updatedAt"]) == type.hasSuffix(".created"))
        return record
    }

    @Test func `orders, products and stores are put whole too`() throws {
        for (type, event) in [
            ("order.created", OrderPlaced(order: try order())), ("order.updated", OrderCompleted(order: try order())),
            ("order.updated", OrderModified(order: try order(), modification: .details, actor: nil)),
        ] as [(String, any Event)] {
            let record = try put(type, event, .order)
            #expect(record["total"] == decimal("250.5") && record["externalStoreId"] == "soho")
            #expect(record["customer"]?["email"] == "jo@shop.example" && record["details"] == ["gift": true])
            #expect(record["deliveryAddress"]?["city"] == "London" && record["refunds"] == [])
            #expect(record["items"]?.array?.first?["unitPrice"] == decimal("125.25"))
        }
        for (type, event) in [
            ("product.created", ListingPublished(listing: try listing())),
            ("product.updated", ListingSold(listing: try listing())),
        ] as [(String, any Event)] {
            let record = try put(type, event, .product)
            #expect(record["name"] == "Diver" && record["price"] == decimal("5400.5") && record["brand"] == "Omega")
            #expect(record["images"] == ["https://shop.example/1.jpg"] && record["sku"] == .null)
        }
        for (type, event) in [
            ("store.created", StoreCreated(store: try store())), ("store.updated", StoreUpdated(store: try store())),
        ] as [(String, any Event)] {
            let record = try put(type, event, .store)
            #expect(record["name"] == "Soho" && record["telephone"] == "+44 20 7946 0000" && record["address"] == [:])
        }
    }

    @Test func `each resource has its own list in a batch`() throws {
        let messages = [
            try message("store.created", StoreCreated(store: try store())),
            try message("store.updated", StoreUpdated(store: try store())),
            try message("order.created", OrderPlaced(order: try order())),
        ]
        let request = try RetailOSStyle.batch(of: messages, to: try endpoint(batchSize: 5), keyring: keyring)
        let body = try JSON.decode([String: [JSONValue]].self, from: request.body)
        #expect(body.mapValues(\.count) == ["stores": 2, "orders": 1, "events": 3])
        #expect(request.records.count == 3)
        let answer: JSONValue = [
            "results": [["externalStoreId": "soho", "error": "x"], ["externalOrderId": "o/1", "error": .null]]
        ]
        #expect(RetailOSStyle.refusals(in: answer, to: request) == [0: "x", 1: "x"])
    }

    @Test(arguments: RetailOS.Resource.allCases)
    func `an endpoint gets one resource, by its own id`(resource: RetailOS.Resource) throws {
        let url = "https://shop.example/{\(resource.externalID)}"
        let body = #"{"url":"\#(url)","style":"retailos","resource":"\#(resource.rawValue)"}"#
        let settings = try JSON.decode(WebhookEndpointRequest.self, from: body).settings(allowsPlainHTTP: false)
            .settings
        #expect(settings.resource == resource.rawValue && settings.url == url)
    }

    @Test func `both times are the same only when the customer was made`() throws {
        let snapshot = try customer()
        let created = try request("customer.created", CustomerCreated(customer: snapshot)).customer
        #expect(created["createdAt"] == "2020-03-25T13:41:30.709Z")
        #expect(created["updatedAt"] == created["createdAt"])
        let joined = CustomersJoined(customer: snapshot, joinedID: ID<Customer>(), customerNumbers: [])
        for body in [
            try request("customer.updated", CustomerUpdated(customer: snapshot)).customer,
            try request("customer.updated", joined).customer,
        ] {
            #expect(body["createdAt"] == created["createdAt"])
            #expect(body["updatedAt"] == "2020-03-25T13:41:30.710Z")
        }
    }

    @Test(arguments: [
        ("a/b?c#d", "a%2Fb%3Fc%23d"), ("jo@shop.example", "jo%40shop.example"), ("Zoë", "Zo%C3%AB"), ("..", "%2E%2E"),
        ("{externalCustomerId}", "%7BexternalCustomerId%7D"),
    ]) func `an id is one segment of the path, whatever it is`(id: String, segment: String) throws {
        let (request, _) = try request("customer.updated", CustomerUpdated(customer: customer(id)))
        #expect(request.url == "https://shop.example/customer/" + segment)
    }

    @Test func `who has no id of the client's goes by ours`() throws {
        let snapshot = try customer("CUST-240528-00007", isGiven: false)
        let (request, body) = try request("customer.updated", CustomerUpdated(customer: snapshot))
        #expect(request.url.hasSuffix("/" + snapshot.id.uuid.uuidString.lowercased()))
        #expect(body["externalCustomerId"] == .null)
    }

    @Test(arguments: [
        #"{"url":"https://shop.example/{name}","style":"retailos"}"#,
        #"{"url":"https://{externalCustomerId}.example/","style":"retailos"}"#,
        #"{"url":"https://shop.example/","style":"retailos","resource":"invoice"}"#,
        #"{"url":"https://shop.example/{externalCustomerId}","style":"retailos","resource":"order"}"#,
        #"{"url":"https://shop.example/{externalOrderId}","style":"retailos"}"#,
        #"{"url":"https://shop.example/","style":"retailos","retryLimit":3}"#,
        #"{"url":"https://shop.example/","style":"retailos","authorization":""}"#,
        #"{"url":"https://shop.example/","style":"retailos","authorization":"a","headers":{"authorization":"b"}}"#,
        #"{"url":"https://shop.example/","style":"watchtraderhub","resource":"customer"}"#,
        #"{"url":"https://shop.example/","style":"watchtraderhub","batch_size":2}"#,
    ]) func `refuses settings that its endpoints cannot have`(body: String) throws {
        let request = try JSON.decode(WebhookEndpointRequest.self, from: body)
        #expect(throws: (any Error).self) { try request.settings(allowsPlainHTTP: false) }
    }

    @Test func `what an endpoint shows can be sent back`() throws {
        let endpoint = try endpoint()
        let shown = WebhookEndpointBody(
            endpoint, EndpointSecrets(), showsSecret: true, publicURL: "https://shop.example")
        let request = try JSON.decode(WebhookEndpointRequest.self, from: JSON.encode(shown))
        let (settings, headers, tls) = try request.settings(allowsPlainHTTP: false)
        #expect(settings == endpoint.settings)
        #expect(headers.isEmpty && tls(nil) == nil)
    }

    @Test func `the authorization is a header of the endpoint's, the resource has a default`() throws {
        let body = #"{"url":"\#(Self.url)","style":"retailos","authorization":"API_KEY abc","headers":{"X-A":"b"}}"#
        let (settings, headers, _) = try JSON.decode(WebhookEndpointRequest.self, from: body)
            .settings(allowsPlainHTTP: false)
        #expect(settings.resource == "customer" && settings.url == Self.url)
        #expect(headers == ["Authorization": "API_KEY abc", "X-A": "b"])
    }
}

/// A number that is none of the literals.
private func decimal(_ text: String) -> JSONValue { JSONNumber(text).map { .number($0) } ?? .null }
