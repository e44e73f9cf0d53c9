import Testing

@testable import Notifications

@Suite struct EventFilterTests {
    @Test(arguments: [
        (["*"], ["order.created", "listing.sold"]), (["order.*"], ["order.created"]),
        (["listing.sold"], ["listing.sold"]), (["order"], []), (["order.cancelled"], []),
    ]) func `subscribes by name, group or all`(filter: [String], expected: [String]) {
        #expect(EventFilter.subscribed(filter, among: ["order.created", "listing.sold"]) == expected)
    }
}
