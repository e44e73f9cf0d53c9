/// The ids by name, for modules whose own types are called as the subjects are.
public typealias AccountID = ID<Account>
public typealias BlacklistingID = ID<BlacklistingSubject>
public typealias CampaignID = ID<CampaignSubject>
public typealias ConsentEntryID = ID<ConsentEntrySubject>
public typealias CustomerID = ID<Customer>
public typealias FulfillmentID = ID<FulfillmentSubject>
public typealias InquiryID = ID<InquirySubject>
public typealias ListingID = ID<Listing>
public typealias MessageID = ID<MessageSubject>
public typealias OrderID = ID<Order>
public typealias ProfileID = ID<ProfileSubject>
public typealias ReceivableID = ID<Receivable>
public typealias RetailJobID = ID<RetailJobSubject>
public typealias SalesEventID = ID<SalesEventSubject>
public typealias SMSSubscriptionID = ID<SMSSubscriptionSubject>
public typealias StandingCheckID = ID<StandingCheckSubject>
public typealias StoreID = ID<StoreSubject>
public typealias SubscriptionID = ID<SubscriptionSubject>
public typealias TransactionID = ID<TransactionSubject>

extension ID<Customer> {
    /// The same person as the CRM's API calls them.
    public var profileID: ProfileID { ProfileID(uuid: uuid) }
}

extension ID<ProfileSubject> {
    /// The same person as events and the other APIs call them.
    public var customerID: CustomerID { CustomerID(uuid: uuid) }
}
