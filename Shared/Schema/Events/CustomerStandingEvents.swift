/// Somebody wants to know what a customer has running. The subject is the check.
///
/// Asked rather than followed, so that the answer shows what the customer did a moment ago.
public struct CustomerStandingRequested: DescribedEvent {
    public static let name = "customer_standing_requested"
    public static let version = 1
    public static let topic = Topic.ordersCommands
    public static let summary = "Somebody wants to know what a customer has running. The subject is the check."

    /// The check, which the answer names.
    public var checkID: StandingCheckID
    /// The customer's number.
    public var customerNumber: String

    /// Makes the command.
    public init(checkID: StandingCheckID, customerNumber: String) {
        self.checkID = checkID
        self.customerNumber = customerNumber
    }

    enum CodingKeys: String, CodingKey {
        case checkID = "check_id"
        case customerNumber = "customer_number"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.checkID, StandingCheckID.self, "The check, which the answer names."),
            .required(CodingKeys.customerNumber, String.self, "The customer's number."),
        ])
    }

    public static var example: CustomerStandingRequested {
        CustomerStandingRequested(checkID: Examples.standingCheck, customerNumber: "CUST-240528-00007")
    }
}

/// What a customer has running, as somebody asked. The subject is the check.
public struct CustomerStandingReported: DescribedEvent {
    public static let name = "customer_standing_reported"
    public static let version = 1
    public static let topic = Topic.ordersEvents
    public static let summary = "What a customer has running, as somebody asked. The subject is the check."

    /// The check that this answers.
    public var checkID: StandingCheckID
    /// The customer's number.
    public var customerNumber: String
    /// How many subscriptions are active.
    public var activeSubscriptions: Int
    /// How many fulfillments have not been sent.
    public var pendingFulfillments: Int

    /// Makes the event.
    public init(checkID: StandingCheckID, customerNumber: String, activeSubscriptions: Int, pendingFulfillments: Int) {
        self.checkID = checkID
        self.customerNumber = customerNumber
        self.activeSubscriptions = activeSubscriptions
        self.pendingFulfillments = pendingFulfillments
    }

    enum CodingKeys: String, CodingKey {
        case checkID = "check_id"
        case customerNumber = "customer_number"
        case activeSubscriptions = "active_subscriptions"
        case pendingFulfillments = "pending_fulfillments"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.checkID, StandingCheckID.self, "The check that this answers."),
            .required(CodingKeys.customerNumber, String.self, "The customer's number."),
            .required(CodingKeys.activeSubscriptions, Int.self, "How many subscriptions are active."),
            .required(CodingKeys.pendingFulfillments, Int.self, "How many fulfillments have not been sent."),
        ])
    }

    public static var example: CustomerStandingReported {
        CustomerStandingReported(
            checkID: Examples.standingCheck, customerNumber: "CUST-240528-00007", activeSubscriptions: 1,
            pendingFulfillments: 2)
    }
}
