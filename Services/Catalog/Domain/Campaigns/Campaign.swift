import Schema

/// What an account sells at the checkout, to whom, and how it is paid.
struct Campaign: Equatable, Sendable {
    let id: CampaignID
    let account: AccountID
    /// The number that the API shows as its id.
    let number: Int64
    /// What the account calls it, unique there.
    let internalID: String
    /// The sequence of the campaign's latest event, starting at 1.
    private(set) var sequence: Int64
    private(set) var terms: CampaignTerms
    /// By position.
    private(set) var products: [CampaignProduct]
    let createdAt: Timestamp
    private(set) var updatedAt: Timestamp

    /// A campaign published for the first time.
    ///
    /// - Parameter productNumbers: One for each product.
    init(
        publishing terms: CampaignTerms, _ products: [CampaignProductContent], as internalID: String,
        for account: AccountID, number: Int64, productNumbers: [Int64], at time: Timestamp
    ) {
        self.init(
            id: CampaignID(), account: account, number: number, internalID: internalID, sequence: 1, terms: terms,
            products: [], createdAt: time, updatedAt: time)
        replaceProducts(with: products, numbers: productNumbers, at: time)
    }

    /// A campaign as it was stored.
    init(
        id: CampaignID, account: AccountID, number: Int64, internalID: String, sequence: Int64, terms: CampaignTerms,
        products: [CampaignProduct], createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.account = account
        self.number = number
        self.internalID = internalID
        self.sequence = sequence
        self.terms = terms
        self.products = products
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// How many of some products the campaign does not sell yet: each will need a number.
    func newProducts(in products: [CampaignProductContent]) -> Int {
        let known = Set(self.products.map(\.content.internalID))
        return products.count { !known.contains($0.internalID) }
    }

    /// Replaces what was published; answers whether anything changed, which takes the next sequence number for its event.
    ///
    /// - Parameter numbers: One for each new product.
    mutating func publish(
        _ terms: CampaignTerms, _ products: [CampaignProductContent], numbers: [Int64], at time: Timestamp
    ) -> Bool {
        let before = self
        self.terms = terms
        let time = max(time, updatedAt)
        replaceProducts(with: products, numbers: numbers, at: time)
        guard self != before else { return false }
        sequence += 1
        updatedAt = time
        return true
    }

    /// Products that stay as they are keep their times, those known by their internal id their numbers.
    private mutating func replaceProducts(
        with contents: [CampaignProductContent], numbers: [Int64], at time: Timestamp
    ) {
        let known = Dictionary(uniqueKeysWithValues: products.map { ($0.content.internalID, $0) })
        var numbers = numbers.makeIterator()
        products = contents.compactMap { content in
            let before = known[content.internalID]
            if let before, before.content == content { return before }
            return (before?.number ?? numbers.next()).map { number in
                CampaignProduct(
                    number: number, content: content, createdAt: before?.createdAt ?? time, updatedAt: time)
            }
        }.sorted { ($0.content.position, $0.number) < ($1.content.position, $1.number) }
    }
}
