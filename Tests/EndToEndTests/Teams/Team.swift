import Edge
import Schema
import TestKit

/// An account of its own on the shared stack, and the keys that its people have.
struct Team: Sendable {
    let account = AccountID()

    /// A client of the checkout's APIs.
    ///
    /// - Parameter permissions: What its key may do.
    func client(permissions: Set<String> = ["*"]) async throws -> APIClient {
        try await client(of: .healthSuite, permissions: permissions)
    }

    /// A client with a key for one API.
    func client(of dialect: DialectName, permissions: Set<String> = ["*"]) async throws -> APIClient {
        let stack = try await SharedStack.value()
        let signer = try APIKeySigner(privateKey: try stack.secret("CARAVAN_KEY_PRIVATE"))
        let principal = Principal(
            account: account, keyID: ID<APIKey>().description, dialects: [dialect], permissions: permissions,
            isTestMode: true, rateLimit: 10_000_000)
        return APIClient(
            baseURL: stack.baseURL, authorization: "Bearer \(try await signer.token(for: principal))")
    }
}

/// What a team has: one of everything.
struct Estate: Sendable {
    /// In all names and texts, so that they are recognised wherever they turn up.
    let mark = "Estate\(String(Int64.random(in: (1 << 60)...Int64.max), radix: 36))"
    let campaign = "\(Int.random(in: 10_000_000..<100_000_000))"
    var offer: String { campaign + "1" }
    var upsell: String { campaign + "2" }
    var email: String { "\(mark.lowercased())@caravan.shop" }
    var coupon: String { mark.uppercased() }
    let alternativePayment = Int64.random(in: 1_000_000..<1_000_000_000)
    var order = ""
    /// One more, paid and still open.
    var openOrder = ""
    var customer = ""
    var transaction = ""
    var subscription = ""
    var fulfillment = ""
    /// Ids of the notes on the three.
    var customerNote = ""
    var orderNote = ""
    var transactionNote = ""

    /// What nobody else may be shown.
    var secrets: [String] {
        [
            mark, email, coupon, order, openOrder, customer, transaction, subscription, fulfillment,
        ].filter { !$0.isEmpty }
    }

    private let client: APIClient
    private let admin: APIClient

    private init(of team: Team) async throws {
        client = try await team.client()
        admin = try await team.client(of: .management)
    }

    /// Sets one up, until all services know of it.
    static func build(for team: Team) async throws -> Estate {
        var estate = try await Estate(of: team)
        try await estate.openShop()
        try await estate.sell()
        try await estate.writeNotes()
        return estate
    }

    /// Only what it takes to sell; the numbers are nobody's.
    static func shop(for team: Team) async throws -> Estate {
        var estate = try await Estate(of: team)
        try await estate.openShop()
        (estate.order, estate.openOrder, estate.customer) = (
            "ORD-250101-00001", "ORD-250101-00002", "CUST-250101-00001"
        )
        (estate.transaction, estate.subscription) = ("TXN-250101-000001", "SUB-250101-00001")
        estate.fulfillment = "FUL-250101-00001"
        (estate.customerNote, estate.orderNote, estate.transactionNote) = ("1", "1", "1")
        return estate
    }

    static let headers = ["Accept": "application/json", "Content-Type": "application/json"]

    private func post(_ path: String, _ body: JSONValue, expecting status: Int) async throws -> JSONValue {
        let reply = try await client.send("POST", path, body: body, headers: Self.headers)
        guard reply.status == status else { throw Unexpected(path: path, status: reply.status, text: reply.text) }
        return try reply.json["data"] ?? .null
    }

    struct Unexpected: Error {
        let path: String
        let status: Int
        let text: String
    }

    /// A cart of the estate's campaign.
    func cart(of email: String? = nil, offer: String? = nil) -> [String: JSONValue] {
        [
            "customer": [
                "email": .string(email ?? self.email), "first_name": "Jo", "last_name": .string(mark),
                "phone": "2127365000",
            ],
            "shipping": [
                "address1": .string("1 \(mark) St"), "city": "Los Angeles", "state": "CA", "postal_code": "90001",
                "country": "US",
            ],
            "campaign_id": .string(campaign), "currency": "USD",
            "products": [["offer_id": .string(offer ?? self.offer), "quantity": 1]],
        ]
    }

    static let card: JSONValue = [
        "method": "card", "card_number": "4111111111111111", "card_exp": "12/35", "card_cvv": "123",
    ]

    private func openShop() async throws {
        let products: JSONValue = [
            [
                "internal_id": .string(offer), "product_type": "offer", "name": .string("\(mark) box"),
                "price": "50.00", "sku": .string(mark), "sale_type": "one_time", "requires_shipping": true,
            ],
            [
                "internal_id": .string(upsell), "product_type": "upsell", "name": .string("\(mark) club"),
                "price": "20.00", "sale_type": "subscription", "billing_interval": "monthly", "billing_cycles": 12,
            ],
        ]
        _ = try await admin.send(
            "PUT", "/admin/v1/campaigns/\(campaign)",
            body: [
                "name": .string(mark), "is_active": true, "allowed_countries": ["US"], "allowed_currencies": ["USD"],
                "fulfillment_delay": 0, "tax_enabled": false, "products": products,
            ])
        _ = try await admin.send(
            "PUT", "/admin/v1/alternative-payments/\(alternativePayment)",
            body: ["name": .string(mark), "payment_type": "zelle", "status": "active"])
        try await eventually("the campaign sells") {
            let lead = JSONValue.object(cart(of: "first-\(email)"))
            return try await client.send("POST", "/checkout/leads", body: lead, headers: Self.headers).status == 201
        }
    }

    private mutating func sell() async throws {
        _ = try await post(
            "/v1/coupons",
            ["code": .string(coupon), "name": .string(mark), "type": "fixed_amount", "discount_amount": "5.00"],
            expecting: 201)
        order = try await buy()
        let upsold = try await post(
            "/checkout/orders/upsell",
            ["order_number": .string(order), "upsell_id": .string(upsell), "quantity": 1], expecting: 200)
        subscription = upsold["subscription_number"]?.string ?? ""
        _ = try await post("/checkout/orders/complete", ["order_number": .string(order)], expecting: 200)
        openOrder = try await buy()
        fulfillment = try await found("/v1/fulfillments", "fulfillment_number")
        transaction = try await found("/checkout/transactions?order_number=\(order)", "transaction_number")
    }

    private mutating func buy() async throws -> String {
        var body = cart()
        body["payment"] = Self.card
        let bought = try await post("/checkout/orders", .object(body), expecting: 201)
        customer = bought["customer_number"]?.string ?? ""
        return bought["order_number"]?.string ?? ""
    }

    /// Waits for the first row of a list and answers one of its members.
    private func found(_ path: String, _ member: String) async throws -> String {
        var value = ""
        try await eventually("\(path) has a row") {
            let rows = try await client.send("GET", path, headers: Self.headers).json["data"]?.array
            value = rows?.first?[member]?.string ?? ""
            return !value.isEmpty
        }
        return value
    }

    private mutating func writeNotes() async throws {
        let client = client
        let note: JSONValue = ["title": .string(mark), "content": .string("\(mark) is a secret.")]
        func write(_ path: String) async throws -> String {
            var id: Int64?
            // Services that only heard of it may be a moment late.
            try await eventually("\(path) takes notes") {
                let reply = try await client.send("POST", path, body: note, headers: Self.headers)
                id = try reply.json["data"]?["id"]?.integer
                return id != nil
            }
            return id.map(String.init) ?? ""
        }
        customerNote = try await write("/v1/customers/\(customer)/notes")
        orderNote = try await write("/v1/orders/\(order)/notes")
        transactionNote = try await write("/v1/transactions/\(transaction)/notes")
    }
}
