import Edge
import Schema

/// A customer as "Search Orders" shows it.
struct FoundCustomerBody: Encodable, Sendable {
    let customerNumber: String
    let firstName: String
    let lastName: String
    let fullName: String
    let email: String
    @Nullable var phone: String?
    let createdAt: String
    let orders: [FoundOrderBody]
    let addresses: [FoundAddressBody]

    init(_ customer: FoundCustomer, orders: [FoundOrderBody]) {
        let person = customer.person
        customerNumber = customer.number
        firstName = person.firstName
        lastName = person.lastName
        fullName = [person.firstName, person.lastName].filter { !$0.isEmpty }.joined(separator: " ")
        email = person.email
        // The last order may not have told it.
        phone = person.phone ?? customer.orders.lazy.compactMap(\.checkout.contact.person.phone).first
        createdAt = HealthSuite.dateTime(customer.createdAt)
        self.orders = orders
        addresses = FoundAddressBody.all(of: customer)
    }

    enum CodingKeys: String, CodingKey {
        case email, phone, orders, addresses
        case customerNumber = "customer_number"
        case firstName = "first_name"
        case lastName = "last_name"
        case fullName = "full_name"
        case createdAt = "created_at"
    }
}

/// Where a customer's orders go or are billed. What it has not is an empty text, as in the saved answer.
struct FoundAddressBody: Encodable, Sendable {
    let name: String
    let street1: String
    let street2: String
    let city: String
    let state: String
    let postalCode: String
    let country: String
    let phone: String
    let email: String
    let type = "home"
    let isPrimary: Bool
    let isBilling: Bool
    let isShipping: Bool

    /// Each address once, the newest order's first: that is the primary one.
    static func all(of customer: FoundCustomer) -> [FoundAddressBody] {
        let contacts = customer.orders.map(\.checkout.contact)
        let shipping = contacts.map { Place($0, $0.shipping) }
        let billing = contacts.map { Place($0, $0.billing ?? $0.shipping) }
        var seen: Set<Place> = []
        let places = zip(shipping, billing).flatMap { [$0, $1] }.filter { seen.insert($0).inserted }
        let (shippingPlaces, billingPlaces) = (Set(shipping), Set(billing))
        return places.enumerated().map { index, place in
            FoundAddressBody(
                place, email: customer.person.email, isPrimary: index == 0, isBilling: billingPlaces.contains(place),
                isShipping: shippingPlaces.contains(place))
        }
    }

    /// An address and who lives there.
    private struct Place: Hashable {
        let name: String
        let address: PostalAddress

        init(_ contact: CheckoutContact, _ address: PostalAddress) {
            name = "\(contact.person.firstName) \(contact.person.lastName)"
            self.address = address
        }
    }

    private init(_ place: Place, email: String, isPrimary: Bool, isBilling: Bool, isShipping: Bool) {
        name = place.name
        street1 = place.address.address1
        street2 = place.address.address2 ?? ""
        city = place.address.city
        state = place.address.state
        postalCode = place.address.postalCode
        country = place.address.country
        phone = place.address.phone ?? ""
        self.email = email
        self.isPrimary = isPrimary
        self.isBilling = isBilling
        self.isShipping = isShipping
    }

    enum CodingKeys: String, CodingKey {
        case name, city, phone, email, type
        case street1 = "street_1"
        case street2 = "street_2"
        case state = "state_province"
        case postalCode = "postal_code"
        case country = "country_code"
        case isPrimary = "is_primary"
        case isBilling = "is_billing"
        case isShipping = "is_shipping"
    }
}
