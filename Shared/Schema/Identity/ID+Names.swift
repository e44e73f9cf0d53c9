/// The ids by name, for modules whose own types are called as the subjects are.
public typealias AccountID = ID<Account>
public typealias CustomerID = ID<Customer>
public typealias ListingID = ID<Listing>
public typealias OrderID = ID<Order>
public typealias ReceivableID = ID<Receivable>
