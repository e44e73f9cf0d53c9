import Edge
import HTTPTypes
import Logging
import Messaging
import Postgres
import Schema
import ServiceKit
import ServiceLifecycle
import TestKit
import Testing

@testable import Orders

/// The checkout with a database of its own and somebody who answers for payments.
struct Till: Sendable {
    let database: PostgresDatabase
    let account = AccountID()
    let keyring: DataKeyring
    let book: CheckoutBook
    let waiter: ReplyWaiter<TransactionID, ChargeReply>
    let payments: PaymentsDouble
    private let routes: [Route]

    /// - Parameters:
    ///   - patience: How long requests wait for payments.
    ///   - campaign: What is sold under `7`.
    static func open(
        patience: Duration = .seconds(10), closingPause: Duration = .seconds(1200),
        campaign: CampaignSnapshot = CartTests.campaign(), _ body: (Till) async throws -> Void
    ) async throws {
        try await TestDatabase.with(migrations: OrdersService.allMigrations) { database, _ in
            let till = try Till(database, patience: patience, closingPause: closingPause)
            try await till.publish(campaign)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await till.waiter.run() }
                group.addTask { try await till.payments.run(till) }
                defer { group.cancelAll() }
                try await body(till)
            }
        }
    }

    private init(_ database: PostgresDatabase, patience: Duration, closingPause: Duration) throws {
        self.database = database
        keyring = try DataKeyring("k1:" + DataKeyring.generateKey())
        payments = PaymentsDouble()
        let outbox = Outbox(service: .orders, signal: WakeSignal())
        let charges = CheckoutChargeStore(database: database)
        waiter = ReplyWaiter(interval: .milliseconds(5)) { try await charges.answers(to: $0) }
        book = CheckoutBook(
            orders: OrderBook(store: OrderStore(database: database), outbox: outbox, keyring: keyring),
            store: CheckoutStore(database: database), campaigns: CampaignStore(database: database), charges: charges,
            coupons: CouponBook(database: database),
            subscriptions: SubscriptionBook(database: database, outbox: outbox, keyring: keyring, retries: []),
            fulfillments: FulfillmentBook(database: database, outbox: outbox, keyring: keyring),
            closingPause: closingPause)
        var counter = PaymentCounter(
            keys: CardKeyStore(database: database), charges: charges, waiter: waiter, keyring: keyring)
        counter.patience = patience
        let idempotency = Idempotency(database: database, keyring: keyring)
        routes =
            CheckoutRoutes(book: book, counter: counter, enricher: nil, idempotency: idempotency).routes
            + RefundRoutes(book: book, counter: counter, idempotency: idempotency).routes
    }

    func publish(_ campaign: CampaignSnapshot, as id: String = "7") async throws {
        var campaign = campaign
        campaign.internalID = id
        campaign.id = CampaignID()
        let published = campaign
        try await database.withTransaction { transaction in
            try book.campaigns.save(published, sequence: 1, of: account, in: transaction)
            CardKeyStore(database: database).activate(
                CardKeyActivated(
                    keyID: payments.opener.keyID, publicKey: payments.opener.publicKey, activatedAt: .now()),
                in: transaction)
        }
    }

    // MARK: Requests

    struct Reply: Sendable {
        let status: Int
        let document: JSONValue
        var data: JSONValue { document["data"] ?? .null }
        var errors: JSONValue { document["errors"] ?? .null }
    }

    func post(
        _ path: String, _ body: JSONValue, key: String? = nil, account: AccountID? = nil
    ) async throws -> Reply {
        try await post(path, bytes: JSON.encode(body), type: "application/json", key: key, account: account)
    }

    func post(
        _ path: String, bytes: [UInt8], type: String, key: String? = nil, account: AccountID? = nil
    ) async throws -> Reply {
        var headers: HTTPFields = [.contentType: type, .accept: "application/json"]
        if let key { headers[try #require(HTTPField.Name("Idempotency-Key"))] = key }
        let reply = try await routes.call(
            .post, path, headers: headers, bytes: bytes, account: account ?? self.account)
        return Reply(status: reply.status, document: reply.json)
    }

    // MARK: Bodies

    static func lead(_ email: String = "jo@example.com", _ changes: [String: JSONValue] = [:]) -> JSONValue {
        var body: [String: JSONValue] = [
            "customer": ["email": .string(email), "first_name": "Jo", "last_name": "Doe", "phone": "5551234567"],
            "shipping": [
                "address1": "1 Main St", "city": "Los Angeles", "state": "CA", "postal_code": "90001",
                "country": "US",
            ],
            "campaign_id": "7", "currency": "USD", "products": [["offer_id": "box", "quantity": 1]],
            "utm_source": "google", "sub1": "S1", "ip_address": "10.0.0.1",
        ]
        body.merge(changes) { $1 }
        return .object(body)
    }

    static func card(_ number: String = "4111111111111111") -> JSONValue {
        ["method": "card", "card_number": .string(number), "card_exp": "12/35", "card_cvv": "123"]
    }

    static func order(
        _ email: String = "jo@example.com", payment: JSONValue = card(), _ changes: [String: JSONValue] = [:]
    ) -> JSONValue {
        lead(email, changes.merging(["payment": payment, "campaign_id": 7]) { own, _ in own })
    }

    /// Places a paid order; answers its number.
    func placeOrder(_ email: String = "jo@example.com") async throws -> String {
        let reply = try await post("/checkout/orders", Self.order(email))
        #expect(reply.status == 201, "\(reply.document.serialized())")
        return try #require(reply.data["order_number"]?.string)
    }

    // MARK: Looking

    /// The names of what was published about orders, in order.
    func told() async throws -> [String] {
        try await database.query(
            """
            SELECT split_part(type, '.', 4) AS name FROM outbox WHERE type LIKE 'com.caravan.orders.%' ORDER BY position
            """
        ).map { try $0["name"] }
    }

    func status(of number: String) async throws -> String {
        let rows = try await database.query("SELECT status FROM checkouts WHERE number = \(number)")
        return try #require(rows.first)["status"]
    }

    func count(_ table: String) async throws -> Int {
        let rows = try await database.query(PostgresQuery(unsafeSQL: "SELECT count(*) AS count FROM \(table)"))
        return try #require(rows.first)["count"]
    }
}
