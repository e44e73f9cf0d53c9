import FoundationEssentials
import Schema

/// How far a fulfillment has come.
enum FulfillmentStatus: String, CaseIterable, Sendable {
    case pending, processing, shipped, delivered, cancelled
    case onHold = "on_hold"

    /// "Only fulfillments with status PENDING, PROCESSING, or ON_HOLD can be canceled."
    var isCancelable: Bool { self == .pending || self == .processing || self == .onHold }

    /// Reads the API's word, which has one l less.
    init?(apiText: String) {
        self.init(rawValue: apiText == "canceled" ? "cancelled" : apiText)
    }

    var apiText: String { self == .cancelled ? "canceled" : rawValue }
}

/// What is to be sent, to whom. Personal data in it stays in this service.
struct FulfillmentPlan: Codable, Equatable, Sendable {
    var orderID: OrderID
    var orderNumber: String
    var customerNumber: String
    var email: String
    var name: String
    var address: PostalAddress
    var items: [FulfillmentItem]
    /// What shipping the items cost the customer, in minor units of the currency.
    var shipping: Int64
    var currency: Currency
    /// The charge that paid for the first of them.
    var transaction: TransactionID?
}

/// Items of an order that are sent together.
struct Fulfillment: Equatable, Sendable {
    let id: FulfillmentID
    let account: AccountID
    /// Of the latest event, starting at 1.
    private(set) var sequence: Int64 = 1
    /// The counter within the number.
    let serial: Int64
    let number: String
    /// The same for all that goes to one customer at one address.
    let shippingGroup: UUID
    private(set) var status: FulfillmentStatus
    let type: String
    private(set) var carrier: String?
    let service: String?
    private(set) var trackingNumber: String?
    private(set) var trackingURLs: [String]?
    let rmaNumber: String?
    private(set) var reason: String?
    let plan: FulfillmentPlan
    let scheduledAt: Timestamp
    private(set) var shippedAt: Timestamp?
    let deliveredAt: Timestamp?
    let createdAt: Timestamp
    private(set) var updatedAt: Timestamp

    /// A fulfillment that nobody has worked on yet.
    init(
        creating plan: FulfillmentPlan, serial: Int64, number: String, shippingGroup: UUID, account: AccountID,
        scheduledAt: Timestamp, at time: Timestamp
    ) {
        self.init(
            id: FulfillmentID(), account: account, serial: serial, number: number, shippingGroup: shippingGroup,
            status: .pending, plan: plan, scheduledAt: scheduledAt, createdAt: time, updatedAt: time)
    }

    /// A fulfillment as it was stored.
    init(
        id: FulfillmentID, account: AccountID, sequence: Int64 = 1, serial: Int64, number: String,
        shippingGroup: UUID, status: FulfillmentStatus, type: String = "manual", carrier: String? = nil,
        service: String? = nil, trackingNumber: String? = nil, trackingURLs: [String]? = nil,
        rmaNumber: String? = nil, reason: String? = nil, plan: FulfillmentPlan, scheduledAt: Timestamp,
        shippedAt: Timestamp? = nil, deliveredAt: Timestamp? = nil, createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.account = account
        self.sequence = sequence
        self.serial = serial
        self.number = number
        self.shippingGroup = shippingGroup
        self.status = status
        self.type = type
        self.carrier = carrier
        self.service = service
        self.trackingNumber = trackingNumber
        self.trackingURLs = trackingURLs
        self.rmaNumber = rmaNumber
        self.reason = reason
        self.plan = plan
        self.scheduledAt = scheduledAt
        self.shippedAt = shippedAt
        self.deliveredAt = deliveredAt
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// It is not sent after all. Answers whether that was still possible.
    mutating func cancel(because reason: String, at time: Timestamp) -> Bool {
        guard status.isCancelable else { return false }
        status = .cancelled
        self.reason = reason
        sequence += 1
        updatedAt = max(time, updatedAt)
        return true
    }

    /// It is on its way, says whoever sends it; or its parcel is told of anew. Answers whether that changes anything.
    mutating func ship(_ shipment: Shipment) -> Bool {
        guard status.isCancelable || status == .shipped else { return false }
        let before = self
        status = .shipped
        carrier = shipment.carrier
        trackingNumber = shipment.trackingNumber
        trackingURLs = shipment.trackingURL.map { [$0] }
        shippedAt = shippedAt ?? shipment.updatedAt
        guard self != before else { return false }
        sequence += 1
        updatedAt = max(shipment.updatedAt, updatedAt)
        return true
    }

    /// The group's number in lower case, as UUIDs are written.
    var shippingGroupNumber: String { shippingGroup.uuidString.lowercased() }

    /// The fulfillment as its events carry it.
    var snapshot: FulfillmentSnapshot {
        var snapshot = FulfillmentSnapshot(
            id: id, number: number, shippingGroup: shippingGroupNumber, orderID: plan.orderID,
            orderNumber: plan.orderNumber, customerNumber: plan.customerNumber, status: status.rawValue,
            items: plan.items, currency: plan.currency, scheduledAt: scheduledAt)
        snapshot.carrier = carrier
        snapshot.trackingNumber = trackingNumber
        snapshot.trackingURL = trackingURLs?.first
        return snapshot
    }
}

extension [Fulfillment] {
    /// What of an order, the oldest first, a parcel carries: what is known to be in it; else all that has not left yet;
    /// else it is one more parcel of what left last. A renewal's parcel says nothing of what was sent before.
    func carried(by parcel: Shipment) -> [Fulfillment] {
        let known = filter { $0.trackingNumber != nil && $0.trackingNumber == parcel.trackingNumber }
        guard known.isEmpty else { return known }
        let waiting = filter(\.status.isCancelable)
        return waiting.isEmpty ? last { $0.status == .shipped }.map { [$0] } ?? [] : waiting
    }
}

/// Finds out what is shipped together.
struct ShippingGroups: Sendable {
    private let digest: BlacklistDigest

    init(keyring: DataKeyring) {
        digest = BlacklistDigest(keyring: keyring)
    }

    /// The group of a customer's address: a UUID of version 8 from a keyed digest, so that it tells nothing of the address.
    func group(customerNumber: String, address: PostalAddress) -> UUID {
        let place = [customerNumber, address.blacklistText, address.city, address.state].joined(separator: "\n")
        let text = digest.entry(.address, place)?.digest ?? ""
        let high = UInt64(text.prefix(16), radix: 16) ?? 0
        let low = UInt64(text.dropFirst(16).prefix(16), radix: 16) ?? 0
        // The version and the variant of RFC 9562, 5.8.
        return UUID(high & ~0xF000 | 0x8000, low & ~(0b11 << 62) | 0b10 << 62)
    }
}

extension UUID {
    /// Makes a UUID of its first and last eight bytes.
    fileprivate init(_ high: UInt64, _ low: UInt64) {
        func byte(_ word: UInt64, _ index: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: word >> (56 - 8 * index)) }
        self.init(
            uuid: (
                byte(high, 0), byte(high, 1), byte(high, 2), byte(high, 3), byte(high, 4), byte(high, 5),
                byte(high, 6), byte(high, 7), byte(low, 0), byte(low, 1), byte(low, 2), byte(low, 3), byte(low, 4),
                byte(low, 5), byte(low, 6), byte(low, 7)
            ))
    }
}
