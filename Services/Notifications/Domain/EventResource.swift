import Schema

/// A kind of thing whose events are numbered together, without a gap: every event of a service about one subject.
///
/// The event log holds all of them as soon as one is announced by a style. Only so can a reader tell that none is missing.
struct EventResource: Sendable {
    /// As the API calls it: `order`.
    let name: String
    let events: [any Event.Type]

    static let all = [
        EventResource(
            name: "order",
            events: [
                OrderPlaced.self, OrderMatched.self, OrderUnmatched.self, OrderCancelled.self, LeadCreated.self,
                UpsellAdded.self, OrderCompleted.self, OrderRefunded.self, OrderModified.self, OrderChargedBack.self,
                CouponRedeemed.self,
            ]),
        EventResource(
            name: "customer",
            events: [
                CustomerCreated.self, CustomerUpdated.self, CustomerDeleted.self, CustomersJoined.self,
                ConsentGranted.self, ConsentWithdrawn.self,
            ]),
        EventResource(name: "listing", events: [ListingPublished.self, ListingUpdated.self, ListingSold.self]),
        EventResource(name: "campaign", events: [CampaignPublished.self, CampaignUpdated.self]),
        EventResource(name: "store", events: [StoreCreated.self, StoreUpdated.self]),
        EventResource(
            name: "subscription",
            events: [SubscriptionCreated.self, SubscriptionRenewed.self, SubscriptionCancelled.self]),
        EventResource(
            name: "fulfillment",
            events: [FulfillmentCreated.self, FulfillmentShipped.self, FulfillmentCancelled.self]),
        EventResource(name: "sale", events: [SaleRecorded.self]),
        EventResource(name: "test", events: [WebhookPinged.self]),
    ]

    /// The kind of what an event is about, whatever the event's version.
    static func resource(ofType type: String) -> EventResource? {
        all.first { $0.events.contains { type.hasPrefix($0.family + ".") } }
    }
}

/// Where in the life of its resource an event belongs, for bodies that hold several.
struct EventPlace: Encodable, Sendable {
    let id: WebhookEventID
    let resource: String
    /// Gap-free by resource.
    let sequence: Int64

    init(_ event: RecordedEvent) {
        id = event.id
        resource = event.subject
        sequence = event.sequence
    }
}
