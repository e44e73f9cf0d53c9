import Postgres
import Schema
import TestKit
import Testing

@testable import Orders

/// A campaign marks so many of a hundred of its orders as throttled.
@Suite struct ThrottleTests {
    @Test(arguments: [(0, 0), (100, 8)])
    func aCampaignThrottlesItsShare(percent: Int, throttled: Int) async throws {
        var campaign = CartTests.campaign()
        campaign.throttlePercent = percent
        try await Till.open(campaign: campaign) { till in
            for buyer in 0..<4 {
                #expect(try await till.post("/checkout/leads", Till.lead("\(buyer)@example.com")).status == 201)
                #expect(try await till.post("/checkout/orders", Till.order("paid\(buyer)@example.com")).status == 201)
            }
            let row = try await till.database.query("SELECT count(*) AS count FROM checkouts WHERE is_throttled")[0]
            #expect(try row["count"] as Int == throttled)
        }
    }
}
