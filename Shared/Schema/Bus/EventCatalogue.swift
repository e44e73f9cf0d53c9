/// Every event there is.
public enum EventCatalogue {
    /// The events with their schemas, by topic.
    public static let described: [any DescribedEvent.Type] = [
        ListingPublished.self, ListingUpdated.self, ListingSold.self,
        CampaignPublished.self, CampaignUpdated.self,
        StoreCreated.self, StoreUpdated.self, StoreRequested.self, StoreReported.self,
        StockAllocated.self, StockUnavailable.self, StockReleased.self,
        OrderPlaced.self, OrderMatched.self, OrderUnmatched.self, OrderCancelled.self,
        CheckoutCustomerSaved.self, LeadCreated.self, UpsellAdded.self, OrderCompleted.self, OrderRefunded.self,
        OrderModified.self, OrderChargedBack.self, CouponRedeemed.self,
        SubscriptionCreated.self, SubscriptionRenewed.self, SubscriptionCancelled.self,
        FulfillmentCreated.self, FulfillmentShipped.self, FulfillmentCancelled.self,
        BlacklistApplied.self, CustomerStandingRequested.self, CustomerStandingReported.self,
        AccountSettingsChanged.self, SaleRecorded.self,
        CustomerCreated.self, CustomerUpdated.self, CustomerDeleted.self, CustomersJoined.self,
        ConsentGranted.self, ConsentWithdrawn.self, ConsentCheckpointSigned.self,
        CustomerBlacklisted.self, CustomerBlacklistLifted.self,
        PersonRequested.self, PersonReported.self, RetailJobReported.self,
        ReceivableRecorded.self, ReceivableVoided.self,
        ChargeRequested.self, CaptureRequested.self, VoidRequested.self, RefundRequested.self,
        PaymentPending.self, PaymentAuthorized.self, PaymentCompleted.self, PaymentDeclined.self,
        PaymentVoided.self, ChargebackReceived.self, RefundCompleted.self, RefundRejected.self,
        CardKeyActivated.self, CardKeyRetired.self,
        APIKeyRegistered.self, APIKeyRevoked.self, WebhookEndpointDisabled.self,
        SMSStopReceived.self,
        EventParked.self,
    ]

    /// The events as plain ``Event`` types.
    public static let all: [any Event.Type] = described.map { $0 }

    /// The events that are published to a topic.
    public static func events(on topic: Topic) -> [any DescribedEvent.Type] {
        described.filter { $0.topic == topic || ($0.topic == .anyParked && topic.isParked) }
    }
}
