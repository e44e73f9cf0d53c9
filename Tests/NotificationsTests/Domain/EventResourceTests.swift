import Schema
import Testing

@testable import Notifications

@Suite struct EventResourceTests {
    /// An event outside of the table would leave gaps in the numbers of its resource.
    @Test func `every event that a style announces belongs to a resource, and to one`() {
        for event in WebhookStyles.all.flatMap({ $0.templates }).map({ $0.event }) {
            #expect(EventResource.resource(ofType: event.type) != nil, "\(event.name) belongs to no resource")
        }
        let families = EventResource.all.flatMap(\.events).map { $0.family }
        #expect(Set(families).count == families.count)
    }

    @Test func `the log holds all events of a resource, announced or not`() {
        let logged = Set(WebhookStyles.events.map { $0.family })
        #expect(logged.contains(OrderPlaced.family))
        #expect(logged.contains(OrderCompleted.family))
        #expect(logged.contains(ConsentGranted.family))
        // Nobody announces what happens to subscriptions.
        #expect(!logged.contains(SubscriptionRenewed.family))
    }
}
