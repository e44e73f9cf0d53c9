import Edge
import Messaging
import Postgres
import Schema
import TestKit
import Testing

@testable import Orders

@Suite struct OrderSearchTests {
    /// An order that stands out in everything that can be looked for, beside one that does not.
    private func withTwo(_ body: @Sendable (OrderArchive) async throws -> Void) async throws {
        try await OrderArchive.open { archive in
            let (plain, special) = (try await archive.addCustomer("1"), try await archive.addCustomer("2"))
            try await archive.add("1", of: plain, called: "1", at: Timestamp(rfc3339: "2026-03-01T12:00:00Z") ?? .now())
            try await archive.add(
                "2", of: special, called: "2", at: Timestamp(rfc3339: "2026-05-10T03:00:00Z") ?? .now()
            ) { order in
                order.checkout.status = .processing
                order.checkout.attribution = Attribution(
                    utmSource: "google", utmMedium: "cpc", utmCampaign: "100%", utmTerm: "best deals",
                    utmContent: "banner", affiliate: "AFF-1", sub1: "S1", sub2: "S2", sub3: "S3", sub4: "S4",
                    sub5: "S5", cohort: "spring")
                order.checkout.isQARequired = true
                order.charges[0].snapshot?.status = .declined
                order.charges[0].snapshot?.method = .paypalWallet
                order.charges[0].snapshot?.gatewayID = 6
                order.charges[0].snapshot?.amount = 2_999
                order.charges[0].snapshot?.card?.firstSix = "555555"
                order.charges[0].snapshot?.card?.lastFour = "4444"
            }
            try await archive.database.execute(
                """
                UPDATE checkouts SET is_test = true, is_throttled = true, campaign_internal_id = '43'
                WHERE number = 'ORD-2'
                """)
            try await archive.database.execute(
                "UPDATE checkout_customers SET is_blacklisted = true WHERE number = 'CUST-2'")
            try await body(archive)
        }
    }

    @Test func ordersThatWerePaidForShowWhatIsKnownOfTheirBuyers() async throws {
        try await withTwo { archive in
            func order(_ number: String) async throws -> JSONValue? {
                try await archive.find("order_number=\(number)").json["data"]?.array?.first?["orders"]?.array?.first
            }
            let paid = try #require(try await order("ORD-2"))
            #expect(paid["enrichment"]?["email"]?["message"]?.string?.hasSuffix("@example.com") == true)
            #expect(paid["affiliate_name"] == "AFF-1")
            #expect(paid["affiliate_id"] == "AFF-1")
            try await archive.database.execute("UPDATE checkouts SET status = 'lead' WHERE number = 'ORD-2'")
            #expect(try await order("ORD-2")?["enrichment"] == nil, "nobody has looked at a lead")
        }
    }

    @Test func everyFilterFindsItsOrder() async throws {
        try await withTwo { archive in
            let filters = [
                "transaction_number=TXN-2", "external_transaction_id=EXT-2", "order_number=ORD-2",
                "customer_number=CUST-2", "customer_email=2@Example.com", "customer_phone=555-0002",
                "customer_name=DOE+2", "status=declined", "order_status=processing", "card_first_six=555555",
                "card_last_four=4444", "amount=29.99", "payment_method=paypal_wallet", "campaign_id=43",
                "gateway_id=6", "affiliate_id=AFF-1", "affiliate=AFF-1", "sub_affiliate_id=S1", "sub1=S1", "sub2=S2",
                "sub3=S3", "sub4=S4", "sub5=S5", "utm_source=google", "utm_medium=cpc", "utm_campaign=100%25",
                "utm_term=best+deals", "utm_content=banner", "cohort=spring", "date_start=2026-05-10", "is_test=1",
                "is_blacklisted=true", "is_throttled=true", "qa_required=1",
            ]
            for filter in filters { try await archive.expect(filter, ["ORD-2"]) }
            for filter in ["is_test=0", "is_blacklisted=false", "amount=37", "date_end=2026-05-09"] {
                try await archive.expect(filter, ["ORD-1"])
            }
            let none = [
                "has_subscriptions=1", "subscription_number=SUB-1", "fulfillment_status=shipped", "customer_phone=555",
                "card_last_four=1111&order_number=ORD-2", "card_last_four=1111&status=declined", "order_number=ord-2",
                "customer_email=2@example.com&order_number=ORD-1", "status=abandoned", "customer_name=%25",
            ]
            for filter in none { try await archive.expect(filter, []) }
            try await archive.expect("has_subscriptions=0", ["ORD-2", "ORD-1"])
        }
    }

    @Test func aSavedCardIsFoundAsACard() async throws {
        try await OrderArchive.open { archive in
            let customer = try await archive.addCustomer("1")
            try await archive.add("1", of: customer) { $0.charges[0].snapshot?.method = .onfile }
            try await archive.expect("payment_method=card", ["ORD-1"])
            let (_, json) = try await archive.find("order_number=ORD-1")
            let order = json["data"]?.array?.first?["orders"]?.array?.first
            #expect(order?["transactions"]?.array?.first?["payment_method"] == "card")
        }
    }

    @Test func whatCannotBeReadIsRefused() async throws {
        try await OrderArchive.open { archive in
            let queries = [
                "per_page=0", "per_page=101", "page=0", "status=lost", "card_last_four=12a4", "card_first_six=41111",
                "amount=ten", "date_start=2026-02-30", "date_end=2026-05-10T00:00:00Z", "is_test=perhaps",
            ]
            for query in queries {
                let (status, json) = try await archive.find(query)
                #expect(status == 422, "\(query)")
                let field = String(query.prefix { $0 != "=" })
                #expect(json["errors"]?[field]?.array?.count == 1, "\(query)")
            }
        }
    }

    @Test func partsOfAnOrderAreFilters() async throws {
        try await withTwo { archive in
            try await archive.database.execute(
                """
                INSERT INTO subscriptions (account_id, id, sequence, number, order_id, line, order_number,
                    customer_number, status, billing_cycle, renews_from, declines, plan, created_at, updated_at)
                SELECT account_id, order_id, 1, 'SUB-2', order_id, 0, number, customer_number, 'active', 1, now(), 0,
                    '{}', now(), now()
                FROM checkouts WHERE number = 'ORD-2'
                """)
            #expect(try await archive.numbers("has_subscriptions=true") == ["ORD-2"])
            #expect(try await archive.numbers("has_subscriptions=false") == ["ORD-1"])
            #expect(try await archive.numbers("subscription_number=SUB-2") == ["ORD-2"])
        }
    }

    @Test func daysBeginInTheAccountsTimeZone() async throws {
        try await withTwo { archive in
            // Three in the morning of 10 May in UTC is the evening before in Los Angeles.
            #expect(try await archive.numbers("date_start=2026-05-10&date_end=2026-05-10") == ["ORD-2"])
            try await archive.database.execute(
                """
                INSERT INTO account_settings (account_id, time_zone, enrich_email, enrich_phone, enrich_address,
                    sequence, updated_at)
                VALUES (\(archive.account), 'America/Los_Angeles', false, false, false, 1, now())
                """)
            #expect(try await archive.numbers("date_start=2026-05-10") == [])
            #expect(try await archive.numbers("date_start=2026-05-09&date_end=2026-05-09") == ["ORD-2"])
            #expect(try await archive.numbers("date_start=0001-01-01&date_end=9999-12-31").count == 2)
        }
    }

    @Test func aCustomerHasAllFieldsOfTheSavedAnswer() async throws {
        try await withTwo { archive in
            let (_, json) = try await archive.find("order_number=ORD-2")
            let customer = try #require(json["data"]?.array?.first)
            for (name, value) in [
                "customer_number": "CUST-2", "first_name": "Jo", "last_name": "Doe 2", "full_name": "Jo Doe 2",
                "email": "2@example.com", "phone": "(555) 000-2",
            ] { #expect(customer[name] == .string(value), "\(name)") }
            #expect(
                customer["addresses"] == [
                    [
                        "name": "Jo Doe 2", "street_1": "1 Main St", "street_2": "", "city": "Los Angeles",
                        "state_province": "CA", "postal_code": "90001", "country_code": "US", "phone": "",
                        "email": "2@example.com", "type": "home", "is_primary": true, "is_billing": true,
                        "is_shipping": true,
                    ]
                ])
            let order = try #require(customer["orders"]?.array?.first)
            #expect(order["campaign_id"] == "43")
            #expect(order["affiliate_id"] == "AFF-1")
            #expect(order["created_at"] == "2026-05-10 03:00:00")
            #expect(order["sub1"] == "S1")
            #expect(order["cart"]?["items"]?.array?.first?["unit_price"] == 15)
            #expect(order["cart"]?["items"]?.array?.first?["quantity"] == 2)
            #expect(order["cart"]?["subtotal"] == "30.00")
            #expect(order["cart"]?["total"] == "37.00")
            let transaction = try #require(order["transactions"]?.array?.first)
            for (name, value) in [
                "transaction_number": "TXN-2", "gateway_id": "6", "external_transaction_id": "EXT-2",
                "status": "declined", "amount": "29.99", "currency": "USD", "payment_method": "paypal_wallet",
                "card_brand": "Visa", "card_first_six": "555555", "card_last_four": "4444", "utm_term": "best deals",
            ] { #expect(transaction[name] == .string(value), "\(name)") }
            #expect(
                json["pagination"] == [
                    "total": 1, "per_page": 15, "current_page": 1, "last_page": 1, "from": 1, "to": 1,
                ])
        }
    }

    @Test func customersComeByTheirNewestOrderAndArePaged() async throws {
        try await OrderArchive.open { archive in
            let start = Timestamp.now()
            let customers = [
                try await archive.addCustomer("a"), try await archive.addCustomer("b"),
                try await archive.addCustomer("c"),
            ]
            for (index, customer) in [0, 1, 2, 0].enumerated() {
                let time = start + .seconds(index)
                try await archive.add("\(index)", of: customers[customer], called: "abc", at: time)
            }
            #expect(try await archive.numbers("") == ["ORD-3", "ORD-0", "ORD-2", "ORD-1"])
            #expect(try await archive.numbers("per_page=1&page=1") == ["ORD-3", "ORD-0"])
            let (_, json) = try await archive.find("per_page=2&page=2&card_last_four=1111")
            #expect(json["data"]?.array?.count == 1)
            #expect(
                json["pagination"] == [
                    "total": 3, "per_page": 2, "current_page": 2, "last_page": 2, "from": 3, "to": 3,
                ])
            #expect(try await archive.find("page=9").json["pagination"]?["total"] == 3)
        }
    }

    @Test func accountsSeeOnlyTheirOwn() async throws {
        try await withTwo { archive in
            let stranger = AccountID()
            let customer = try await archive.addCustomer("3", of: stranger)
            try await archive.add("3", of: customer, called: "3", account: stranger)
            let filters = [
                "", "order_number=ORD-2", "customer_number=CUST-2", "customer_email=2@example.com",
                "transaction_number=TXN-2", "external_transaction_id=EXT-2", "card_last_four=4444",
                "customer_phone=5550002", "customer_name=doe+2", "status=declined",
            ]
            for filter in filters {
                let found = try await archive.numbers(filter, account: stranger)
                #expect(found == (filter.isEmpty ? ["ORD-3"] : []), "\(filter)")
            }
        }
    }

    /// Whoever follows the pages comes to the end, though the total is not counted to it at first.
    @Test func theTotalNeverEndsAWalkTooEarly() async throws {
        try await OrderArchive.open { archive in
            let many = HealthSuite.PageRequest.exactTotal + 50
            try await archive.addMany(many)
            func pagination(_ page: Int) async throws -> (total: Int64, last: Int64, rows: Int) {
                let (_, json) = try await archive.find("per_page=100&page=\(page)")
                let pagination = json["pagination"]
                return (
                    pagination?["total"]?.integer ?? 0, pagination?["last_page"]?.integer ?? 0,
                    json["data"]?.array?.count ?? 0
                )
            }
            let first = try await pagination(1)
            #expect(first.total == 1_001)
            let (tenth, last) = (try await pagination(10), try await pagination(11))
            #expect(tenth.last == 11)
            #expect(last.total == Int64(many))
            #expect(last.rows == 50)
        }
    }

    /// One customer may have all orders that a page counts: the next customer is still looked for.
    @Test func aCustomerOfManyOrdersHidesNoOther() async throws {
        try await OrderArchive.open { archive in
            try await archive.addMany(HealthSuite.PageRequest.exactTotal + 50)
            try await archive.database.execute(
                """
                UPDATE checkouts SET customer_id = (SELECT customer_id FROM checkouts ORDER BY order_id DESC LIMIT 1)
                WHERE order_id <> (SELECT order_id FROM checkouts ORDER BY order_id LIMIT 1)
                """)
            let (_, first) = try await archive.find("per_page=1")
            #expect(first["pagination"]?["last_page"] == 2)
            #expect(first["data"]?.array?.first?["orders"]?.array?.count == OrderSearch.shownOrders)
            #expect(try await archive.numbers("per_page=1&page=2").count == 1)
        }
    }
}
