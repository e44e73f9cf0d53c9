/// The owner of all data: every API key, order and listing belongs to one account.
public enum Account: Identified {
    public static var idPrefix: String { "acct" }
}

/// A key of the public or the management API.
public enum APIKey: Identified {
    public static var idPrefix: String { "key" }
}

/// Why a customer may not buy any more.
public enum BlacklistingSubject: Identified {
    public static var idPrefix: String { "bl" }
}

/// What is sold at the checkout, to whom, and how it is paid.
public enum CampaignSubject: Identified {
    public static var idPrefix: String { "cmp" }
}

/// An opt-in or opt-out in the consent ledger.
public enum ConsentEntrySubject: Identified {
    public static var idPrefix: String { "cse" }
}

/// A person as the dealer's site sees them.
public enum Customer: Identified {
    public static var idPrefix: String { "cus" }
}

/// A list of webhooks that were given up, which a report leads to.
public enum ErrorReportFileSubject: Identified {
    public static var idPrefix: String { "erf" }
}

/// A published event, where an API shows it to clients.
public enum EventID: Identified {
    public static var idPrefix: String { "evt" }
}

/// Items of an order that are sent together.
public enum FulfillmentSubject: Identified {
    public static var idPrefix: String { "ful" }
}

/// A question of one service to another.
public enum InquirySubject: Identified {
    public static var idPrefix: String { "inq" }
}

/// An item offered for sale.
public enum Listing: Identified {
    public static var idPrefix: String { "lst" }
}

/// A mail or a text message to a person.
public enum MessageSubject: Identified {
    public static var idPrefix: String { "msg" }
}

/// An order of any dialect.
public enum Order: Identified {
    public static var idPrefix: String { "ord" }
}

/// A person as the CRM sees them: the same as the ``Customer`` of the same UUID.
public enum ProfileSubject: Identified {
    public static var idPrefix: String { "prof" }
}

/// What an order's buyer owes.
public enum Receivable: Identified {
    public static var idPrefix: String { "rcv" }
}

/// A purchase or a return that a point of sale reports.
public enum SalesEventSubject: Identified {
    public static var idPrefix: String { "evt" }
}

/// A person's consent to text messages on one number.
public enum SMSSubscriptionSubject: Identified {
    public static var idPrefix: String { "sms" }
}

/// Work that a client of the clienteling API has asked for.
public enum RetailJobSubject: Identified {
    public static var idPrefix: String { "job" }
}

/// A question about what a customer has running.
public enum StandingCheckSubject: Identified {
    public static var idPrefix: String { "stc" }
}

/// A shop that customers walk into.
public enum StoreSubject: Identified {
    public static var idPrefix: String { "store" }
}

/// What is charged for again and again.
public enum SubscriptionSubject: Identified {
    public static var idPrefix: String { "sub" }
}

/// A charge or a refund.
public enum TransactionSubject: Identified {
    public static var idPrefix: String { "txn" }
}

/// One webhook on its way to one endpoint.
public enum WebhookDelivery: Identified {
    public static var idPrefix: String { "whd" }
}

/// An address that webhooks are sent to.
public enum WebhookEndpoint: Identified {
    public static var idPrefix: String { "whe" }
}

/// Events that are sent to an endpoint once more.
public enum WebhookReplaySubject: Identified {
    public static var idPrefix: String { "whr" }
}
