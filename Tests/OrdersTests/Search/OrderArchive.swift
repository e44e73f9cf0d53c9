import Edge
import FoundationEssentials
import HTTPTypes
import Messaging
import Postgres
import Schema
import TestKit
import Testing

@testable import Orders

/// Orders of the checkout to look for, in a database of their own.
struct OrderArchive: Sendable {
    let database: PostgresDatabase
    let account = AccountID()

    static func open(_ body: @Sendable (OrderArchive) async throws -> Void) async throws {
        let migrations = MessagingMigrations.all + OrdersService.migrations
        try await TestDatabase.with(migrations: migrations) { database, _ in
            try await body(OrderArchive(database: database))
        }
    }

    /// Adds a customer; the number is made of the name.
    func addCustomer(_ name: String, of account: AccountID? = nil) async throws -> CustomerID {
        let id = CustomerID()
        let person = CheckoutPerson(
            email: "\(name)@example.com", firstName: "Jo", lastName: "Doe \(name)", phone: "(555) 000-\(name)")
        try await database.execute(
            """
            INSERT INTO checkout_customers (account_id, id, number, email, person, revision, sequence, created_at)
            VALUES (\(account ?? self.account), \(id), \("CUST-\(name)"), \(person.email), \(try JSON.text(person)),
                \(id), 1, now())
            """)
        return id
    }

    /// Adds an order with one line and one charge that has completed.
    ///
    /// - Parameters:
    ///   - name: What the numbers are made of.
    ///   - change: Makes it stand out.
    func add(
        _ name: String, of customer: CustomerID, called customerName: String = "a", at time: Timestamp = .now(),
        account: AccountID? = nil, _ change: (inout CheckoutOrder) -> Void = { _ in }
    ) async throws {
        var order = CheckoutOrder(
            checkout: checkout(name, of: customer, called: customerName, at: time, account: account ?? self.account),
            items: [Sale.line()], charges: [])
        order.charges = [charge(name, of: order.checkout)]
        change(&order)
        let finished = order
        try await database.withTransaction { transaction in
            let checkout = finished.checkout
            transaction.send(
                """
                INSERT INTO orders (account_id, id, sequence, channel_order_id, status, currency, total_amount,
                    ordered_at, created_at, updated_at)
                VALUES (\(checkout.account), \(checkout.orderID), 1, \(checkout.number), 'matched',
                    \(checkout.currency), 0, now(), now(), now())
                """)
            try CheckoutStore(database: database).insert(finished, in: transaction)
            let charges = CheckoutChargeStore(database: database)
            for charge in finished.charges {
                charges.insert(charge, at: time, in: transaction)
                try charges.update(charge, in: transaction)
            }
        }
    }

    /// The answer to a search.
    func find(_ query: String, account: AccountID? = nil) async throws -> (status: Int, json: JSONValue) {
        let routes = OrderSearchRoutes(search: OrderSearch(database: database), enricher: Everyone()).routes
        return try await routes.call(.get, "/checkout/orders", query: query, account: account ?? self.account)
    }

    /// The numbers of the orders that a search finds, as they come.
    func numbers(_ query: String, account: AccountID? = nil) async throws -> [String] {
        let (status, json) = try await find(query, account: account)
        #expect(status == 200, "\(query): \(json)")
        let orders = (json["data"]?.array ?? []).flatMap { $0["orders"]?.array ?? [] }
        return orders.compactMap { $0["order_number"]?.string }
    }

    /// That a search finds just these orders, in this order.
    func expect(_ query: String, _ numbers: [String]) async throws {
        let found = try await self.numbers(query)
        #expect(found == numbers, "\(query)")
    }

    private func checkout(
        _ name: String, of customer: CustomerID, called customerName: String, at time: Timestamp, account: AccountID
    ) -> Checkout {
        let address = PostalAddress(
            address1: "1 Main St", city: "Los Angeles", state: "CA", postalCode: "90001", country: "US")
        let person = CheckoutPerson(
            email: "\(customerName)@example.com", firstName: "Jo", lastName: "Doe \(customerName)",
            phone: "(555) 000-\(customerName)")
        return Checkout(
            account: account, orderID: Self.orderID(at: time), number: "ORD-\(name)", customerID: customer,
            customerNumber: "CUST-\(customerName)", campaignInternalID: "42", campaignName: "Spring",
            status: .completed, currency: .usd,
            totals: CheckoutTotals(subtotal: 3_000, shipping: 500, tax: 262, discount: 62), taxRate: "0",
            isTaxGiven: false, attribution: Attribution(),
            contact: CheckoutContact(person: person, shipping: address), isTest: false, isThrottled: false,
            isQARequired: false, upsellDepth: 0, declines: 0, sequence: 1, commandSequence: 1, completedAt: time,
            createdAt: time, updatedAt: time)
    }

    private func charge(_ name: String, of checkout: Checkout) -> CheckoutCharge {
        var snapshot = PaymentCompleted.example.transaction
        snapshot.id = TransactionID()
        snapshot.number = "TXN-\(name)"
        snapshot.orderID = checkout.orderID
        snapshot.orderNumber = checkout.number
        snapshot.status = .completed
        snapshot.method = .card
        snapshot.currency = checkout.currency
        snapshot.amount = checkout.totals.total
        snapshot.externalTransactionID = "EXT-\(name)"
        snapshot.gatewayID = 5
        snapshot.card = CardSummary(
            brand: "visa", firstSix: "411111", lastFour: "1111", expiryMonth: 12, expiryYear: 2035)
        return CheckoutCharge(
            id: snapshot.id, account: checkout.account, orderID: checkout.orderID, purpose: .order, parentID: nil,
            totals: checkout.totals, refunded: 0, sequence: 1, snapshot: snapshot)
    }

    /// An id as it is made at a time: a UUIDv7 begins with its milliseconds.
    private static func orderID(at time: Timestamp) -> OrderID {
        var bytes = OrderID().uuid.uuid
        let milliseconds = UInt64(time.microseconds / 1000)
        withUnsafeMutableBytes(of: &bytes) { bytes in
            for index in 0..<6 { bytes[index] = UInt8(truncatingIfNeeded: milliseconds >> (40 - 8 * index)) }
        }
        return OrderID(uuid: UUID(uuid: bytes))
    }
}

extension OrderArchive {
    /// Adds so many orders, each of a customer of its own, without charges.
    func addMany(_ count: Int) async throws {
        try await database.withTransaction { transaction in
            transaction.send(
                """
                CREATE TEMPORARY TABLE made ON COMMIT DROP AS
                SELECT n, gen_random_uuid() AS id FROM generate_series(1, \(count)::int) AS n
                """)
            transaction.send(
                """
                INSERT INTO checkout_customers (account_id, id, number, email, person, revision, sequence, created_at)
                SELECT \(account), id, 'CUST-' || n, n || '@example.com',
                    '{"email": "a@example.com", "first_name": "Jo", "last_name": "Doe"}', id, 1, now() FROM made
                """)
            transaction.send(
                """
                INSERT INTO orders (account_id, id, sequence, channel_order_id, status, currency, total_amount,
                    ordered_at, created_at, updated_at)
                SELECT \(account), id, 1, 'ORD-' || n, 'matched', 'USD', 0, now(), now(), now() FROM made
                """)
            transaction.send(
                """
                INSERT INTO checkouts (account_id, order_id, number, customer_id, customer_number,
                    campaign_internal_id, campaign_name, status, currency, subtotal, shipping, tax, discount, total,
                    tax_rate, tax_given, email, first_name, last_name, shipping_address, is_test, is_throttled,
                    qa_required, upsell_depth, declines, command_sequence, created_at, updated_at)
                SELECT \(account), id, 'ORD-' || n, id, 'CUST-' || n, '42', 'Spring', 'lead', 'USD', 0, 0, 0, 0, 0, '0',
                    false, '', 'Jo', 'Doe',
                    '{"address1": "", "city": "", "state": "", "postal_code": "", "country": "US"}', false, false,
                    false, 0, 0, 0, now(), now()
                FROM made
                """)
        }
    }
}

/// Says of everyone what their mail address is.
private struct Everyone: CustomerEnriching {
    func judge(for account: AccountID) async throws -> @Sendable (CheckoutPerson) throws -> JSONValue? {
        { ["email": ["message": .string($0.email)]] }
    }
}
