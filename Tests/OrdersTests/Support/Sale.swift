import Messaging
import Postgres
import Schema
import ServiceKit
import TestKit

@testable import Orders

/// An order of the checkout that was paid, in a database of its own.
struct Sale: Sendable {
    let database: PostgresDatabase
    let keyring: DataKeyring
    let account = AccountID()
    let customerNumber = "CUST-250615-00001"
    let campaign = "42"

    static let outbox = Outbox(service: .orders, signal: WakeSignal())

    static func with(_ body: @Sendable (Sale) async throws -> Void) async throws {
        try await TestDatabase.with(migrations: OrdersService.allMigrations) { database, _ in
            let sale = Sale(database: database, keyring: try DataKeyring("k1:" + DataKeyring.generateKey()))
            try await sale.addCustomer(sale.customerNumber)
            try await body(sale)
        }
    }

    func addCustomer(_ number: String) async throws {
        let id = CustomerID()
        try await database.execute(
            """
            INSERT INTO checkout_customers (account_id, id, number, email, person, revision, sequence, created_at)
            VALUES (\(account), \(id), \(number), \(number + "@example.com"), '{}', \(id), 1, now())
            """)
    }

    /// Publishes the campaign that the orders are of.
    func publishCampaign(delayHours: Int) async throws {
        var snapshot = CampaignPublished.example.campaign
        snapshot.fulfillmentDelayHours = delayHours
        snapshot.taxEnabled = false
        try await database.execute(
            """
            INSERT INTO campaigns (account_id, internal_id, id, number, is_active, sequence, snapshot)
            VALUES (\(account), \(campaign), \(snapshot.id), 1, true, 1, \(try JSON.text(snapshot)))
            """)
    }

    /// An order as the checkout keeps it, with its rows.
    func order(of customerNumber: String? = nil, address1: String = "1 Main St") async throws -> Checkout {
        let checkout = checkout(of: customerNumber ?? self.customerNumber, address1: address1)
        try await database.execute(
            """
            INSERT INTO orders (account_id, id, sequence, channel_order_id, status, currency, total_amount, ordered_at,
                created_at, updated_at)
            VALUES (\(account), \(checkout.orderID), 1, \(checkout.number), 'matched', 'USD', 3000, now(), now(), now())
            """)
        try await database.execute(
            """
            INSERT INTO checkouts (account_id, order_id, number, customer_id, customer_number, campaign_internal_id,
                campaign_name, status, currency, subtotal, shipping, tax, discount, total, tax_rate, tax_given, email,
                first_name, last_name, shipping_address, is_test, is_throttled, qa_required, upsell_depth, declines,
                command_sequence, created_at, updated_at)
            VALUES (\(account), \(checkout.orderID), \(checkout.number), \(checkout.customerID),
                \(checkout.customerNumber), \(campaign), 'Spring', 'completed', 'USD', 3000, 0, 0, 0, 3000, '0', false,
                'jo@example.com', 'Jo', 'Doe', \(try JSON.text(checkout.contact.shipping)), false, false, false, 0, 0, 1,
                now(), now())
            """)
        return checkout
    }

    private func checkout(of customerNumber: String, address1: String) -> Checkout {
        let id = OrderID()
        let address = PostalAddress(
            address1: address1, city: "Los Angeles", state: "CA", postalCode: "90001", country: "US")
        let person = CheckoutPerson(email: "Jo@example.com", firstName: "Jo", lastName: "Doe", phone: "5551234567")
        return Checkout(
            account: account, orderID: id, number: "ORD-250615-\(id.description.suffix(12))", customerID: CustomerID(),
            customerNumber: customerNumber, campaignInternalID: campaign, campaignName: "Spring", status: .completed,
            currency: .usd, totals: CheckoutTotals(subtotal: 3_000), taxRate: "0", isTaxGiven: false,
            attribution: Attribution(), contact: CheckoutContact(person: person, shipping: address), isTest: false,
            isThrottled: false, isQARequired: false, upsellDepth: 0, declines: 0, sequence: 1, commandSequence: 1,
            completedAt: .now(), createdAt: .now(), updatedAt: .now())
    }

    /// A line of the cart.
    static func line(
        _ line: Int = 0, saleType: String = "one_time", cycles: Int? = nil, ships: Bool = false
    ) -> CheckoutItem {
        CheckoutItem(
            line: line, productNumber: 7, productInternalID: "7", name: "Box", kind: .offer, sku: "SKU-BOX",
            taxCode: nil,
            quantity: 2, unitPrice: 1_500, shippingPrice: 500, subtotal: 3_000, tax: 0, discount: 0, isUpsell: false,
            saleType: saleType, billingInterval: "monthly", billingCycles: cycles, trialDays: 0,
            requiresShipping: ships, transactionID: nil, isAdded: true)
    }

    /// The names of the events and commands of a subject's kind, in the order of their making.
    func told(_ kind: String) async throws -> [String] {
        try await database.query(
            """
            SELECT split_part(type, '.', 4) AS name FROM outbox WHERE type LIKE \("%.\(kind)\\_%") ORDER BY position
            """
        ).map { try $0["name"] }
    }

    /// The charges that were asked for.
    func charges() async throws -> [ChargeRequested] {
        try await database.query("SELECT payload FROM outbox WHERE type LIKE '%.charge_requested.%' ORDER BY position")
            .map { try JSON.decode(ChargeRequested.self, from: $0["payload", as: String.self]) }
    }
}
