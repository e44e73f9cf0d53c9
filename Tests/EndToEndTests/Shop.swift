import Foundation
import Schema
import TestKit
import Testing

/// A campaign with one offer.
struct Shop {
    let campaign: String
    let offer: String

    static let accept = ["Accept": "application/json", "Content-Type": "application/json"]

    static let card: JSONValue = [
        "method": "card", "card_number": "4111111111111111", "card_exp_month": "12", "card_exp_year": "2035",
        "card_cvv": "123",
    ]
    static let declinedCard: JSONValue = [
        "method": "card", "card_number": "4000000000000002", "card_exp_month": "12", "card_exp_year": "2035",
        "card_cvv": "123",
    ]

    static func open() async throws -> Shop {
        let shop = Shop(campaign: "\(Int.random(in: 10_000_000..<100_000_000))", offer: "1")
        let product: JSONValue = [
            "internal_id": .string(shop.campaign + shop.offer), "product_type": "offer", "name": "Box",
            "price": "50.00", "shipping_price": "5.00", "sku": "SKU-BOX", "sale_type": "one_time",
            "requires_shipping": true,
        ]
        let published = try await SharedStack.admin().send(
            "PUT", "/admin/v1/campaigns/\(shop.campaign)",
            body: [
                "name": "Spring", "is_active": true, "allowed_countries": ["US"], "allowed_currencies": ["USD"],
                "tax_enabled": false, "products": [product],
            ])
        #expect((200...201).contains(published.status), "\(published.text)")
        // The funnel knows a campaign once it has heard of it.
        try await eventually("the campaign sells") {
            let reply = try await SharedStack.healthSuite().send(
                "POST", "/checkout/leads", body: shop.lead(of: buyer()), headers: accept)
            return reply.status == 201
        }
        return shop
    }

    /// Somebody with a mail address of their own, who lives where all buyers do.
    static func buyer(phone: String = "2127365000") -> [String: JSONValue] {
        let name = UUIDv7.next().uuidString.lowercased()
        return [
            "customer": [
                "email": .string("jo-\(name)@caravan.shop"), "first_name": "Jo", "last_name": "Doe",
                "phone": .string(phone),
            ],
            "shipping": [
                "address1": "12 South Main Street", "address2": "Apt 4B", "city": "Los Angeles", "state": "CA",
                "postal_code": "90012", "country": "US",
            ],
        ]
    }

    func lead(of buyer: [String: JSONValue], enrich: Bool = false) -> JSONValue {
        var body = buyer
        body["campaign_id"] = .string(campaign)
        body["currency"] = "USD"
        body["products"] = [["offer_id": .string(campaign + offer), "quantity": 1]]
        if enrich { body["enrich"] = "yes" }
        return .object(body)
    }

    func order(of buyer: [String: JSONValue], card: JSONValue = Shop.card) -> JSONValue {
        guard case .object(var body) = lead(of: buyer) else { return .null }
        body["payment"] = card
        return .object(body)
    }
}
