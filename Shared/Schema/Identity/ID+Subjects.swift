/// The owner of all data: every API key, order and listing belongs to one account.
public enum Account: Identified {
    public static var idPrefix: String { "acct" }
}

/// A key of the public or the management API.
public enum APIKey: Identified {
    public static var idPrefix: String { "key" }
}

/// A person as the dealer's site sees them.
public enum Customer: Identified {
    public static var idPrefix: String { "cus" }
}

/// A published event, where an API shows it to clients.
public enum EventID: Identified {
    public static var idPrefix: String { "evt" }
}

/// An item offered for sale.
public enum Listing: Identified {
    public static var idPrefix: String { "lst" }
}

/// An order of any dialect.
public enum Order: Identified {
    public static var idPrefix: String { "ord" }
}

/// What an order's buyer owes.
public enum Receivable: Identified {
    public static var idPrefix: String { "rcv" }
}

/// One webhook on its way to one endpoint.
public enum WebhookDelivery: Identified {
    public static var idPrefix: String { "whd" }
}

/// An address that webhooks are sent to.
public enum WebhookEndpoint: Identified {
    public static var idPrefix: String { "whe" }
}
