/// The ids by name, for modules whose own types are called as the subjects are.
public typealias AccountID = ID<Account>
public typealias BlacklistingID = ID<BlacklistingSubject>
public typealias CampaignID = ID<CampaignSubject>
public typealias CustomerID = ID<Customer>
public typealias FulfillmentID = ID<FulfillmentSubject>
public typealias ListingID = ID<Listing>
public typealias OrderID = ID<Order>
public typealias ReceivableID = ID<Receivable>
public typealias StandingCheckID = ID<StandingCheckSubject>
public typealias SubscriptionID = ID<SubscriptionSubject>
public typealias TransactionID = ID<TransactionSubject>
