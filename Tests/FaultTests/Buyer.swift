import Schema
import TestKit

/// A client of the checkout that buys with all kinds of test cards, and repeats every request until it is answered.
actor Buyer {
    /// The sandbox's cards (docs/sandbox.md) and what comes of them in the end, whatever is killed meanwhile.
    enum Card: String, CaseIterable {
        case approve = "4111111111111111"
        /// Approved, after three seconds.
        case slow = "4000000000003006"
        /// The answer is lost; the outcome can be asked for two seconds later.
        case lateApproval = "4000000000004087"
        case lateDecline = "4000000000005043"
        case decline = "4000000000000002"
        case duplicate = "4000000000004095"

        var isGood: Bool { self == .approve || self == .slow || self == .lateApproval }

        static func random(using generator: inout SeededGenerator) -> Card {
            Bool.random(using: &generator) ? .approve : allCases.randomElement(using: &generator) ?? .approve
        }
    }

    /// An order that was acknowledged.
    struct Purchase: Sendable {
        let number: String
        /// Whether the last card that was tried is a good one: then it must have been charged, once.
        let isPaid: Bool
        /// Upsells that were acknowledged as paid.
        var upsells = 0
    }

    /// What is sold.
    static let campaign = "77001"

    private let client: APIClient
    private let name: String
    private var generator: SeededGenerator
    private var isStopping = false
    private var orders = 0
    private(set) var purchases: [Purchase] = []
    /// Answers that no client should get, whatever was killed.
    private(set) var complaints: [String] = []

    init(name: String, client: APIClient, seed: UInt64) {
        self.name = name
        self.client = client
        generator = SeededGenerator(seed: seed)
    }

    var count: Int { purchases.count }

    /// Ends the shopping between two requests.
    func stop() { isStopping = true }

    /// Buys until it is told to stop.
    func shop(pace: Pace) async throws {
        while !isStopping {
            try await pace.next()
            orders += 1
            try await buy(
                Card.random(using: &generator), as: "\(name)-\(orders)",
                throughLead: Bool.random(using: &generator))
        }
    }

    /// Buys one thing.
    ///
    /// - Parameter buyer: Unique; the mail address begins with it.
    func buy(_ card: Card, as buyer: String, throughLead: Bool = false) async throws {
        let bought = throughLead ? try await payLead(with: card, as: buyer) : try await order(with: card, as: buyer)
        guard var purchase = bought else { return }
        if purchase.isPaid, Int.random(in: 0..<4, using: &generator) == 0, try await addUpsell(to: purchase.number) {
            purchase.upsells = 1
        }
        purchases.append(purchase)
    }

    /// Order and payment in one request, under a key.
    private func order(with card: Card, as buyer: String) async throws -> Purchase? {
        var body = Self.cart(of: buyer)
        body["payment"] = Self.payment(card)
        let reply = try await client.insist("/checkout/orders", .object(body), headers: Self.headers(key: buyer))
        guard try isPlausible(reply, for: card, created: 201), let number = try Self.number(in: reply) else {
            return nil
        }
        return Purchase(number: number, isPaid: card.isGood)
    }

    /// A lead and its payment, which needs no key: it is pressed twice at once, and a card that was declined is followed
    /// by a better one.
    private func payLead(with card: Card, as buyer: String) async throws -> Purchase? {
        let lead = try await client.insist(
            "/checkout/leads", .object(Self.cart(of: buyer)), headers: Self.headers(key: buyer))
        guard lead.status == 201, let number = try Self.number(in: lead) else {
            complaints.append("a lead was answered \(lead.status): \(lead.text)")
            return nil
        }
        guard let isSettled = try await pay(number, with: card) else { return nil }
        // A refusal that is not known yet, be it because payments is down, would still be under way: the second card
        // would not be asked, and be answered with what comes of the first.
        guard !card.isGood, isSettled else { return Purchase(number: number, isPaid: card.isGood) }
        guard try await pay(number, with: .approve) != nil else { return nil }
        return Purchase(number: number, isPaid: true)
    }

    /// - Returns: Whether nothing of it is under way any more; nil if a complaint was noted.
    private func pay(_ number: String, with card: Card) async throws -> Bool? {
        let body: JSONValue = ["order_number": .string(number), "payment": Self.payment(card)]
        async let other = client.insist("/checkout/orders/payment", body, headers: Self.headers())
        let one = try await client.insist("/checkout/orders/payment", body, headers: Self.headers())
        let replies = [one, try await other]
        guard try replies.allSatisfy({ try isPlausible($0, for: card, created: 200) }) else { return nil }
        return try !replies.contains { try $0.json["data"]?["payment_status"]?.string == "processing" }
    }

    /// - Returns: Whether the upsell was acknowledged as paid; a payment that is still unknown is no answer to it.
    private func addUpsell(to number: String) async throws -> Bool {
        let body: JSONValue = ["order_number": .string(number), "upsell_id": "770012", "quantity": 1]
        let reply = try await client.insist(
            "/checkout/orders/upsell", body, headers: Self.headers(key: "upsell-\(number)"))
        if reply.status == 200 { return true }
        // The order's own payment may still be under way.
        if reply.status != 422 { complaints.append("an upsell was answered \(reply.status): \(reply.text)") }
        return false
    }

    /// Whether an answer is one that this card may get; notes a complaint if not.
    private func isPlausible(_ reply: APIClient.Reply, for card: Card, created: Int) throws -> Bool {
        let status = try reply.json["data"]?["payment_status"]?.string
        let isPaid = try reply.json["message"]?.string == "Order has already been paid"
        let isPlausible =
            switch (reply.status, status) {
            case (created, "completed"): card.isGood
            case (created, "processing"): true
            case (422, "declined"): !card.isGood
            // Pressed twice: the first was answered before the second came.
            default: reply.status == 422 && isPaid && card.isGood
            }
        if !isPlausible { complaints.append("\(card) was answered \(reply.status): \(reply.text)") }
        return isPlausible
    }

    // MARK: Bodies

    private static func number(in reply: APIClient.Reply) throws -> String? {
        try reply.json["data"]?["order_number"]?.string
    }

    private static func headers(key: String? = nil) -> [String: String] {
        var headers = ["Accept": "application/json"]
        headers["Idempotency-Key"] = key
        return headers
    }

    private static func cart(of buyer: String) -> [String: JSONValue] {
        [
            "customer": ["email": .string("\(buyer)@caravan.shop"), "first_name": "Jo", "last_name": "Doe"],
            "shipping": [
                "address1": "1 Main St", "city": "Los Angeles", "state": "CA", "postal_code": "90001",
                "country": "US",
            ],
            "campaign_id": .string(campaign), "currency": "USD",
            "products": [["offer_id": "770011", "quantity": 1]],
        ]
    }

    private static func payment(_ card: Card) -> JSONValue {
        ["method": "card", "card_number": .string(card.rawValue), "card_exp": "12/35", "card_cvv": "123"]
    }

    /// Publishes what is sold, and waits until the checkout has heard of it.
    static func openShop(_ admin: APIClient, _ client: APIClient) async throws {
        let products: JSONValue = [
            [
                "internal_id": "770011", "product_type": "offer", "name": "Box", "price": "50.00",
                "shipping_price": "5.00", "sku": "BOX", "sale_type": "one_time",
            ],
            [
                "internal_id": "770012", "product_type": "upsell", "name": "Bow", "price": "10.00", "sku": "BOW",
                "sale_type": "one_time",
            ],
        ]
        _ = try await admin.send(
            "PUT", "/admin/v1/campaigns/\(campaign)",
            body: [
                "name": "Faults", "is_active": true, "allowed_countries": ["US"], "allowed_currencies": ["USD"],
                "tax_enabled": false, "products": products,
            ])
        try await eventually("the campaign sells") {
            let lead = JSONValue.object(cart(of: "first"))
            return try await client.send("POST", "/checkout/leads", body: lead, headers: headers()).status == 201
        }
    }
}
